// A second library, whose variable the first one uses.
__thread int before[100];
__thread int other_counter = 1000;
