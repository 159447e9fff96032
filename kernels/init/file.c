/* Files: reading and writing, directories, links, permissions, vectors, locks, attributes, mounts. */
#include "harness.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

#define H0 14695981039346656037ull

static void c_file(void)
{
	int fd = open("/tmp/f", O_RDWR | O_CREAT | O_TRUNC, 0640);
	uint64_t h = H0;
	char b[3000];
	for (int i = 0; i < 200; i++) {
		memset(b, i, sizeof b);
		write(fd, b, 1 + i * 13 % sizeof b);
	}
	lseek(fd, 0, SEEK_SET);
	int n, total = 0;
	while ((n = read(fd, b, 777)) > 0)
		h = hash_bytes(h, b, n), total += n;
	say("%d %llx ", total, (unsigned long long)h);
	say_result("seek", lseek(fd, 1 << 20, SEEK_SET));
	write(fd, "end", 3);
	struct stat st;
	fstat(fd, &st);
	say("%ld %lo %ld ", (long)st.st_size, (long)st.st_mode, (long)st.st_blocks);
	say_result("trunc", ftruncate(fd, 12345));
	say_result("pread", pread(fd, b, 100, 12300));
	say_result("pwrite", pwrite(fd, "xyz", 3, 5));
	pread(fd, b, 8, 3);
	say("%llx ", (unsigned long long)hash_bytes(H0, b, 8));
	say_result("hole", lseek(fd, 0, SEEK_HOLE));
	say_result("badseek", lseek(fd, -1, SEEK_SET));
	say_result("append", fcntl(fd, F_SETFL, O_APPEND));
	say_result("fl", fcntl(fd, F_GETFL) & (O_APPEND | O_ACCMODE));
}

static void c_dirs(void)
{
	char p[64];
	mkdir("/tmp/d", 0755);
	for (int i = 0; i < 300; i++) {
		snprintf(p, sizeof p, "/tmp/d/file-%d-%x", i, i * 77);
		close(open(p, O_CREAT | O_WRONLY, 0600));
	}
	DIR *d = opendir("/tmp/d");
	struct dirent *e;
	int n = 0;
	uint64_t x = 0;
	while ((e = readdir(d)))
		n++, x += hash_bytes(H0, e->d_name, strlen(e->d_name)) * (e->d_type + 1);
	closedir(d);
	say("%d %llx ", n, (unsigned long long)x);
	say_result("rmdir", rmdir("/tmp/d"));
	for (int i = 0; i < 300; i++) {
		snprintf(p, sizeof p, "/tmp/d/file-%d-%x", i, i * 77);
		if (unlink(p))
			say("unlink! ");
	}
	say_result("rmdir", rmdir("/tmp/d"));
	say_result("gone", chdir("/tmp/d"));
}

static void c_links(void)
{
	close(open("/tmp/l", O_CREAT | O_WRONLY, 0600));
	say_result("link", link("/tmp/l", "/tmp/l2"));
	say_result("again", link("/tmp/l", "/tmp/l2"));
	say_result("sym", symlink("/tmp/l", "/tmp/l3"));
	struct stat st;
	stat("/tmp/l3", &st);
	say("nlink %ld ", (long)st.st_nlink);
	lstat("/tmp/l3", &st);
	say("mode %lo size %ld ", (long)st.st_mode, (long)st.st_size);
	char b[64];
	say_result("readlink", readlink("/tmp/l3", b, sizeof b));
	say_result("rename", rename("/tmp/l", "/tmp/l4"));
	say_result("dangling", open("/tmp/l3", O_RDONLY));
	say_result("loop", symlink("/tmp/lo", "/tmp/lo"));
	say_result("eloop", open("/tmp/lo", O_RDONLY));
	mkdir("/tmp/ld", 0700);
	say_result("intoitself", rename("/tmp/ld", "/tmp/ld/x"));
	say_result("exchange", syscall(SYS_renameat2, AT_FDCWD, "/tmp/l2", AT_FDCWD, "/tmp/l4", 2));
	say_result("noreplace", syscall(SYS_renameat2, AT_FDCWD, "/tmp/l2", AT_FDCWD, "/tmp/l4", 1));
}

static void c_perms(void)
{
	close(open("/tmp/p", O_CREAT | O_WRONLY, 0600));
	mkdir("/tmp/pd", 0700);
	say_result("umask", umask(027));
	close(open("/tmp/p2", O_CREAT | O_WRONLY, 0777));
	struct stat st;
	stat("/tmp/p2", &st);
	say("%lo ", (long)st.st_mode);
	say_result("chown", chown("/tmp/p", 5, 6));
	say_result("setgid", setgid(100));
	say_result("setuid", setuid(1000));
	say_result("open", open("/tmp/p", O_RDONLY));
	say_result("dir", open("/tmp/pd/x", O_CREAT | O_WRONLY, 0600));
	say_result("setuid0", setuid(0));
	say_result("chroot", chroot("/tmp"));
	say_result("mount", mount("x", "/tmp", "tmpfs", 0, NULL));
	say_result("kill1", kill(1, SIGTERM));
	say_result("access", access("/tmp/p", R_OK));
	say("%d %d", getuid(), getgid());
}

static void c_iov(void)
{
	int fd = open("/tmp/iov", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char a[10] = "aaaaaaaaa", b[20] = "bbbbbbbbbbbbbbbbbbb", c[5];
	struct iovec w[3] = { { a, 9 }, { b, 19 }, { "!", 1 } };
	say_result("writev", writev(fd, w, 3));
	struct iovec r[2] = { { c, 5 }, { a, 9 } };
	say_result("preadv", preadv(fd, r, 2, 6));
	say("%.5s%.9s ", c, a);
	say_result("bad", writev(fd, w, -1));
	say_result("fault", write(fd, (void *)1, 10));
}

static void c_sendfile(void)
{
	int a = open("/tmp/sf", O_RDWR | O_CREAT | O_TRUNC, 0600), b = open("/tmp/sf2", O_RDWR | O_CREAT | O_TRUNC, 0600), p[2];
	for (int i = 0; i < 5000; i++)
		write(a, &i, 4);
	off_t off = 1000;
	say_result("sendfile", sendfile(b, a, &off, 12000));
	pipe(p);
	loff_t at = 0;
	say_result("splice", splice(a, &at, p[1], NULL, 4096, 0));
	say_result("tee", tee(p[0], p[1], 10, SPLICE_F_NONBLOCK));
	char buf[4096];
	n_read: ;
	int n = read(p[0], buf, sizeof buf);
	say("%llx ", (unsigned long long)hash_bytes(H0, buf, n > 0 ? n : 0));
	say_result("copy", syscall(SYS_copy_file_range, a, &at, b, NULL, 777, 0));
	(void)&&n_read;
}

static void c_locks(void)
{
	int fd = open("/tmp/lk", O_RDWR | O_CREAT, 0600);
	struct flock l = { .l_type = F_WRLCK, .l_start = 10, .l_len = 20 };
	say_result("lock", fcntl(fd, F_SETLK, &l));
	int st;
	if (fork() == 0) {
		struct flock q = { .l_type = F_RDLCK, .l_start = 15, .l_len = 1 };
		int r = fcntl(fd, F_SETLK, &q) < 0 ? errno : 0;
		fcntl(fd, F_GETLK, &q);
		_exit(r + q.l_start + q.l_len);
	}
	wait(&st);
	say("%x", st);
}

static void c_xattr(void)
{
	close(open("/tmp/xa", O_CREAT | O_WRONLY, 0600));
	say_result("set", setxattr("/tmp/xa", "trusted.k", "value", 5, 0));
	char b[32];
	say_result("get", getxattr("/tmp/xa", "trusted.k", b, sizeof b));
	say_result("user", setxattr("/tmp/xa", "user.k", "v", 1, 0));
	say_result("list", listxattr("/tmp/xa", b, sizeof b));
	say_result("none", getxattr("/tmp/xa", "trusted.z", b, sizeof b));
}

static void c_mounts(void)
{
	mkdir("/tmp/m", 0755);
	say_result("tmpfs", mount("t", "/tmp/m", "tmpfs", MS_NOSUID, "size=64k,mode=700,nr_inodes=10"));
	struct stat st;
	stat("/tmp/m", &st);
	say("%lo ", (long)st.st_mode);
	struct statfs fs;
	statfs("/tmp/m", &fs);
	say("%ld %ld ", (long)fs.f_blocks, (long)fs.f_files);
	int fd = open("/tmp/m/big", O_CREAT | O_WRONLY, 0600), n = 0;
	char b[4096] = "";
	while (write(fd, b, sizeof b) == sizeof b)
		n++;
	say("%d -%d ", n, errno);
	say_result("busy", umount("/tmp/m"));
	close(fd);
	say_result("remount", mount("t", "/tmp/m", "tmpfs", MS_REMOUNT | MS_RDONLY, NULL));
	say_result("rofs", open("/tmp/m/x", O_CREAT | O_WRONLY, 0600));
	say_result("umount", umount2("/tmp/m", MNT_DETACH));
	say_result("badopt", mount("t", "/tmp/m", "tmpfs", 0, "size=junk"));
	say_result("nofs", mount("t", "/tmp/m", "nosuchfs", 0, NULL));
	say_result("ramfs", mount("r", "/tmp/m", "ramfs", 0, NULL));
	say_result("bind", mount("/proc", "/tmp/m", NULL, MS_BIND, NULL));
	say_result("umount", umount("/tmp/m"));
	say_result("umount", umount("/tmp/m"));
	say_result("chroot", chroot("/tmp/m"));
}

const struct check file_checks[] = {
#define C(x) { "basic-" #x, c_##x }
	C(file), C(dirs), C(links), C(perms), C(iov), C(sendfile), C(locks), C(xattr), C(mounts),
	{ 0, 0 },
};
