/* Dense matrix product, doubles and ints, plain loops. */
#include <stdio.h>
#include <stdlib.h>

#define N 240
static double a[N][N], b[N][N], c[N][N];
static int ia[N][N], ib[N][N], ic[N][N];

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 8;
	double sum = 0;
	unsigned isum = 0;
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[i][j] = i + j * 0.5;
			b[i][j] = i - j * 0.25;
			ia[i][j] = i * 3 + j;
			ib[i][j] = i ^ j;
		}
	for (int r = 0; r < n; r++) {
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++) {
				double s = 0;
				int t = 0;
				for (int k = 0; k < N; k++) {
					s += a[i][k] * b[k][j];
					t += ia[i][k] * ib[k][j];
				}
				c[i][j] = s;
				ic[i][j] = t;
			}
		sum += c[r][r];
		isum += (unsigned)ic[r][N - 1 - r];
		a[r][r] += 1;
	}
	printf("%.3f %u\n", sum, isum);
	return 0;
}
