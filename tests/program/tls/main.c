// Loads the library named by its argument and calls it from several threads.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static void *library;

#define GET(type, name, ...) type (*name)(__VA_ARGS__) = (type (*)(__VA_ARGS__))dlsym(library, #name)

static void *thread(void *arg) {
  long k = (long)arg;
  GET(int, next, void);
  GET(long, element, int, long);
  GET(double, mixed, int, long, double, float, int, int, int, int, double, double);
  GET(int, touch, int);
  GET(int, large, int);
  GET(int *, address, void);
  GET(char *, block_address, void);
  for (int i = 0; i < 3; i++) printf("%ld: %d %ld\n", k, next(), element(i + 5 - k, i + k));
  printf("%ld: %.3f\n", k, mixed(k, 2, 3.5, 4.25f, 5, 6, 7, 8, 9.5, 10.125));
  printf("%ld: %d %d\n", k, touch(2000), large(37));
  *address() += 100;
  block_address()[299999] = 9;
  printf("%ld: %d %d\n", k, next(), block_address()[299999]);
  return NULL;
}

int main(int argc, char **argv) {
  library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) {
    printf("%s\n", dlerror());
    return 1;
  }
  for (long k = 0; k < 3; k++) {
    pthread_t t;
    if (k == 0) thread((void *)k);
    else {
      pthread_create(&t, NULL, thread, (void *)k);
      pthread_join(t, NULL);
    }
  }
  thread((void *)3);
  return argc - 2;
}
