// A block fill with a constant, expanded in line, writes the same bytes as one with a variable.
#include <string.h>
struct S{char c[29];}; struct S g,h;
__attribute__((noinline)) void z(struct S*p){memset(p,0,29);}
__attribute__((noinline)) void o(struct S*p){memset(p,-1,29);}
__attribute__((noinline)) void k(struct S*p){memset(p,0x1a5,29);}
__attribute__((noinline)) void v(struct S*p,int x){memset(p,x,29);}
int main(void){ void(*f[])(struct S*)={z,o,k}; int e[]={0,255,0xa5};
 for(int i=0;i<3;i++){memset(&g,3,29);f[i](&g);for(int j=0;j<29;j++)if((unsigned char)g.c[j]!=e[i])return 1+i;}
 v(&h,0x7b);for(int j=0;j<29;j++)if(h.c[j]!=0x7b)return 9;return 0;}
