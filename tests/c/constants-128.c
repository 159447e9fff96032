/* 128-bit constants: ~0 and other negative ones of the unsigned type, in initialisers and as case labels: were wrong or refused. */
typedef unsigned __int128 u128; typedef __int128 s128; int printf(const char*,...);
enum e { A = 1 };
u128 g = (u128)1 << 100 | 5; 
u128 arr[3] = { ((u128)1<<90) - 1, -(u128)1, (u128)-1LL };
s128 q = (s128)0xffffffffffffffffull; s128 q2 = (s128)(long)0xffffffffffffffffull; u128 z = (u128)1.5e30; double dd = (double)(u128)-1; float ff=(float)(s128)-1;
_Bool bb = (_Bool)((u128)1<<100); int ii = (u128)1<<100 ? 3: 4; int jj = !((u128)1<<100); int kk= ((u128)1<<100)&&1;
u128 mm = ((u128)1<<127) / 3 % 1000000007; s128 nn= -((s128)1<<120)/7; int cmp = (s128)-1 < (s128)0, cmp2 = (u128)-1 > 5;
struct { u128 b : 100; s128 c: 77;} bf = { ~(u128)0, -5 };
static u128 f(int n){ switch((u128)n<<70){ case (u128)1<<70: return 11; case (u128)3<<70: return 33; case ~(u128)0: return 1; } return 0;}
int main(){ u128 x[]={g,arr[0],arr[1],arr[2],q,q2,z,bb,ii,jj,kk,mm,nn,cmp,cmp2,bf.b,bf.c,f(1),f(3),f(2), ~(u128)0 ^ (u128)ii, -(u128)ii};
for(int i=0;i<sizeof x/16;i++) printf("%d %llx %llx\n",i,(long long)(x[i]>>64),(long long)x[i]); printf("%g %g\n",dd,ff);}
