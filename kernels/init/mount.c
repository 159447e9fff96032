/* File systems as a whole: mounting with options, binding, moving, read-only, quotas of tmpfs, chroot and pivot. */
#include "harness.h"
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

static void options(void)
{
	static const char *const words[] = { "size=1m", "size=1m,mode=700", "nr_inodes=10", "size=10%,nr_inodes=1k", "mode=1777,uid=5,gid=6", "size=", "size=-1", "size=abc", "mode=9",
					     "unknown", "uid=x", "nr_blocks=100", "size=64k,size=128k", "mode=0755,,", "huge=never", "size=1g2", "mpol=default" };
	mkdir("m", 0755);
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
		int result = mount("source name", "m", "tmpfs", i % 3 ? 0 : MS_NOSUID | MS_NOEXEC, words[i]);
		say("%s=%d", words[i], result < 0 ? errno : 0);
		if (result < 0)
			continue;
		struct statfs info;
		struct stat root;
		statfs("m", &info);
		stat("m", &root);
		say("%ld %d %ld %lx %o %d:%d", strchr(words[i], '%') ? 0l : (long)info.f_blocks > 1000 ? 0l : (long)info.f_blocks, (int)info.f_bsize,
		    (long)info.f_files > 5000 ? 0l : (long)info.f_files, (long)info.f_flags, root.st_mode, root.st_uid, root.st_gid);
		SAY(umount("m"));
	}
	static const char *const types[] = { "proc", "sysfs", "ramfs", "devtmpfs", "devpts", "nothing", "bdev", "pipefs", "rootfs", "cgroup2", "tmpfs", "sockfs", "anon_inodefs" };
	for (unsigned i = 0; i < sizeof types / sizeof *types; i++) {
		int result = mount("none", "m", types[i], 0, 0);
		say("%s=%d", types[i], result < 0 ? errno : 0);
		if (result == 0) {
			struct statfs info;
			statfs("m", &info);
			say("%lx", (long)info.f_type);
			SAY(umount2("m", MNT_DETACH));
		}
	}
	SAY(mount("none", "missing", "tmpfs", 0, 0));
	SAY(mount("none", "/init", "tmpfs", 0, 0));
	SAY(mount(0, "m", 0, 0, 0));
	SAY(umount("m"));
	SAY(umount("/none"));
	SAY(umount2("m", 99));
}

static void space(void)
{
	static char block[8192];
	mkdir("m", 0755);
	EXPECT(mount("t", "m", "tmpfs", 0, "size=256k,nr_inodes=12") == 0);
	int fd = open("m/big", O_CREAT | O_RDWR, 0600), count = 0;
	while (write(fd, block, sizeof block) == sizeof block)
		count++;
	say("blocks=%d %s", count, strerrorname_np(errno));
	struct statfs info;
	statfs("m", &info);
	say("%ld %ld %ld", (long)info.f_blocks, (long)info.f_bfree, (long)info.f_ffree);
	SAY(ftruncate(fd, 8192));
	SAY(write(fd, block, 100));
	statfs("m", &info);
	say("%ld", (long)info.f_bfree);
	char path[32];
	int made = 0;
	for (; made < 30; made++) {
		snprintf(path, sizeof path, "m/f%d", made);
		int one = open(path, O_CREAT | O_WRONLY, 0600);
		if (one < 0)
			break;
		close(one);
	}
	say("files=%d %s", made, strerrorname_np(errno));
	SAY(mkdir("m/d", 0700));
	unlink("m/f0");
	SAY(mkdir("m/d", 0700));
	SAY(mount("t", "m", "tmpfs", MS_REMOUNT, "size=4k"));
	SAY(mount("t", "m", "tmpfs", MS_REMOUNT, "size=1m"));
	SAY(umount("m"));
	close(fd);
	chdir("m");
	chdir("..");
	SAY(umount("m"));
}

static void trees(void)
{
	mkdir("a", 0755);
	mkdir("b", 0755);
	EXPECT(mount("one", "a", "tmpfs", 0, "size=1m") == 0);
	mkdir("a/x", 0755);
	mkdir("a/y", 0755);
	close(open("a/x/file", O_CREAT | O_WRONLY, 0644));
	SAY(mount("two", "a/y", "ramfs", 0, 0));
	close(open("a/y/deep", O_CREAT | O_WRONLY, 0644));
	SAY(mount("a", "b", 0, MS_BIND, 0));
	SAY(access("b/x/file", F_OK));
	SAY(access("b/y/deep", F_OK));
	SAY(umount("b"));
	SAY(mount("a", "b", 0, MS_BIND | MS_REC, 0));
	SAY(access("b/y/deep", F_OK));
	SAY(mount(0, "b", 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0));
	SAY(open("b/x/new", O_CREAT | O_WRONLY, 0600));
	SAY(open("a/x/new", O_CREAT | O_WRONLY, 0600) >= 0);
	SAY(unlink("b/x/new"));
	SAY(rename("a/x/file", "b/x/other"));
	SAY(link("a/x/file", "b/x/other"));
	SAY(umount("a"));
	SAY(umount2("b", MNT_DETACH));
	SAY(mount(0, "/", 0, MS_PRIVATE | MS_REC, 0));
	SAY(mount("a", "b", 0, MS_MOVE, 0));
	SAY(access("b/y/deep", F_OK));
	SAY(access("a/x", F_OK));
	SAY(rmdir("b"));
	SAY(rename("b", "c"));
	static char text[16384];
	read_file("/proc/self/mounts", text, sizeof text);
	for (char *line = text; *line; line = strchr(line, '\n') + 1)
		if (strstr(line, "/tmp/work") && strstr(line, "/tmp/work") < strchr(line, '\n'))
			say("%.*s", (int)strcspn(line, "\n"), line);
	say_shape("/proc/self/mountinfo");
	SAY(umount2("b", MNT_EXPIRE));
	SAY(umount2("b/y", MNT_FORCE));
	SAY(umount2("b", MNT_DETACH));
	SAY(mount("a", "b", 0, MS_BIND | MS_SHARED, 0));
	umount("b");
	mkdir("root", 0755);
	mkdir("root/in", 0755);
	symlink("/in", "root/abs");
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		SAY(chroot("root"));
		SAY(access("/in", F_OK));
		SAY(access("/abs", F_OK));
		SAY(access("/proc", F_OK));
		char path[200];
		SAY(syscall(SYS_getcwd, path, sizeof path));
		chdir("/");
		SAY(access("../../../proc", F_OK));
		SAY(syscall(SYS_getcwd, path, sizeof path));
		_exit(0);
	}
	waitpid(pid, &status, 0);
	int fd = open("root", O_RDONLY | O_DIRECTORY);
	SAY(fchdir(fd));
	char path[200] = "";
	getcwd(path, sizeof path);
	say("%s", path);
	rmdir("/tmp/work/root/in");
	unlink("/tmp/work/root/abs");
	SAY(rmdir("/tmp/work/root"));
	SAY(syscall(SYS_getcwd, path, sizeof path));
	SAY(open("x", O_CREAT | O_WRONLY, 0600));
	SAY(open("..", O_RDONLY) >= 0);
	SAY(syscall(SYS_unshare, 0x20000));
	SAY(syscall(SYS_unshare, 0x4000000));
	SAY(syscall(SYS_unshare, 0xffffffff));
	SAY(syscall(SYS_open_tree, AT_FDCWD, "/tmp", 1) >= 0);
	int context = syscall(SYS_fsopen, "tmpfs", 0);
	SAY(context >= 0);
	SAY(syscall(SYS_fsconfig, context, 1, "size", "1m", 0));
	SAY(syscall(SYS_fsconfig, context, 1, "nothing", "1m", 0));
	char message[200] = "";
	ssize_t length = read(context, message, sizeof message - 1);
	say("%ld %s", (long)length, message);
	SAY(syscall(SYS_fsconfig, context, 6, 0, 0, 0));
	SAY(syscall(SYS_fsmount, context, 0, 0) >= 0);
	SAY(syscall(SYS_fsopen, "nothing", 0));
	SAY(syscall(SYS_pivot_root, "/tmp", "/tmp/work"));
}

const struct check mount_checks[] = { { "mount-options", options }, { "mount-space", space }, { "mount-trees", trees }, { 0, 0 } };
