// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include "deb.h"
#include "util.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the boot protocol (Documentation/arch/x86/boot.rst): where in the file. */
#define BOOT_SETUP_SECTS	0x1f1
#define BOOT_SYSSIZE		0x1f4	/* in 16 bytes */
#define BOOT_FLAG		0x1fe
#define BOOT_HEADER		0x202
#define BOOT_VERSION		0x20e	/* of the text, from BOOT_TEXT_BASE */
#define BOOT_TEXT_BASE		0x200
#define BOOT_XLOADFLAGS		0x236
#define BOOT_XLF_KERNEL_64	1
#define BOOT_MIN		0x240

#define RELEASE_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
		      "0123456789.+~_-"

struct content {
	const char *name;
	const unsigned char *data;
	size_t len;
};

static const void *find(const struct content *file, const char *word)
{
	return memmem(file->data, file->len, word, strlen(word));
}

static bool begins(const struct content *file, size_t at, const char *magic)
{
	size_t n = strlen(magic);

	return file->len >= at + n && !memcmp(file->data + at, magic, n);
}

static unsigned int le16(const struct content *file, size_t at)
{
	return file->data[at] | file->data[at + 1] << 8;
}

static uint32_t le32(const struct content *file, size_t at)
{
	return le16(file, at) | (uint32_t)le16(file, at + 2) << 16;
}

static bool is_text(const struct content *file)
{
	size_t i, n = file->len < 4096 ? file->len : 4096;

	for (i = 0; i < n; i++) {
		if (!isprint(file->data[i]) && !isspace(file->data[i]) &&
		    file->data[i] < 0x80)
			return false;
	}
	return true;
}

/* What people are likely to give us in its place. */
static const char *what_it_is(const struct content *file)
{
	static const struct {
		size_t at;
		const char *magic, *what;
	} magics[] = {
		{ 0, "\x1f\x8b", "gzip-compressed data" },
		{ 0, "\xfd" "7zXZ", "xz-compressed data" },
		{ 0, "\x28\xb5\x2f\xfd", "zstd-compressed data" },
		{ 0x38, "ARM\x64", "a kernel image for arm64" },
		{ 0x38, "RSC\x05", "a kernel image for riscv" },
		{ 0, "0707", "a cpio archive (an initramfs?)" },
		{ 0, "!<arch>\n", "an ar archive, but no Debian package" },
		{ 0, "QFI\xfb", "a disk image" },
		{ 257, "ustar", "a tar archive" },
		{ 0, "MZ", "a truncated kernel image, or another program for EFI" },
	};
	size_t i;

	if (!file->len)
		return "an empty file";
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (begins(file, magics[i].at, magics[i].magic))
			return magics[i].what;
	}
	return is_text(file) ? "a text file" : "data of no kind known here";
}

static void refuse(const char *name, const char *what)
	__attribute__((noreturn));

static void refuse(const char *name, const char *what)
{
	die("%s is %s: --vm takes a bzImage, a linux-image .deb, a built kernel tree or a User-Mode Linux",
	    name, what);
}

/* A word that is fit to be part of a file's name. */
static char *release_of(const struct content *file, const void *text)
{
	const char *str = text;
	size_t n = 0, most;

	if (str) {
		most = file->data + file->len - (const unsigned char *)text;
		while (n < most && str[n] && strchr(RELEASE_CHARS, str[n]))
			n++;
	}
	if (!n || *str == '.' || n > 200)
		die("%s: a kernel image that does not say its release",
		    file->name);
	return xasprintf("%.*s", (int)n, str);
}

/* In a program the words are there as a format, too. */
static const void *banner(const struct content *file)
{
	static const char words[] = "Linux version ";
	struct content rest = *file;
	const unsigned char *at;

	while ((at = find(&rest, words))) {
		at += strlen(words);
		rest.len -= at - rest.data;
		rest.data = at;
		if (rest.len && isdigit(*at))
			return at;
	}
	return NULL;
}

static void find_elf(struct kernel *kernel, const struct content *file)
{
	Elf64_Ehdr head;

	if (file->len < sizeof(head))
		refuse(file->name, "a truncated ELF file");
	memcpy(&head, file->data, sizeof(head));
	if (head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_machine != EM_X86_64)
		refuse(file->name, "an ELF file of another machine");
	if (head.e_shoff + head.e_shnum * sizeof(Elf64_Shdr) > file->len)
		refuse(file->name, "a truncated ELF file");
	/* The name of one of its sections. */
	if (!find(file, ".uml.setup.init"))
		refuse(file->name, head.e_type == ET_REL ?
		       "an object file or a kernel module" :
		       banner(file) ?
		       "a kernel's vmlinux, which has no boot code; see arch/x86/boot/bzImage" :
		       "a program, but no User-Mode Linux");
	kernel->kind = KERNEL_UML;
	kernel->file = xasprintf("%s", file->name);
	kernel->release = release_of(file, banner(file));
	kernel->time_travel = find(file, "time-travel\n");
	kernel->initrd = find(file, "initrd=<initrd image>");
}

static void find_bzimage(struct kernel *kernel, const struct content *file)
{
	size_t sects, text;

	if (file->len < BOOT_MIN)
		refuse(file->name, "a truncated kernel image");
	sects = file->data[BOOT_SETUP_SECTS];
	if (!sects)
		sects = 4;
	if ((sects + 1) * 512 + le32(file, BOOT_SYSSIZE) * 16ULL > file->len)
		refuse(file->name, "a truncated kernel image");
	if (!(le16(file, BOOT_XLOADFLAGS) & BOOT_XLF_KERNEL_64))
		refuse(file->name, "a kernel image for 32 bits");
	text = le16(file, BOOT_VERSION);
	kernel->kind = KERNEL_PC;
	kernel->file = xasprintf("%s", file->name);
	kernel->release = release_of(file, text ? file->data + BOOT_TEXT_BASE +
						  text : NULL);
}

static bool is_bzimage(const struct content *file)
{
	return begins(file, BOOT_FLAG, "\x55\xaa") &&
	       begins(file, BOOT_HEADER, "HdrS");
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool found = !access(path, F_OK);

	free(path);
	return found;
}

/* @root: where there may be a lib/modules, or a tree that it was built in. */
static bool find_modules_in(struct kernel *kernel, const char *root)
{
	static const char *const dirs[] = {
		"lib/modules", "usr/lib/modules", "lib/uml/modules",
		"usr/lib/uml/modules",
	};
	char line[256] = "";
	size_t i;
	char *path;
	FILE *file;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path = xasprintf("%s/%s/%s", root, dirs[i], kernel->release);
		if (is_folder(path)) {
			kernel->modules = path;
			return true;
		}
		free(path);
	}
	path = xasprintf("%s/include/config/kernel.release", root);
	file = fopen(path, "re");
	free(path);
	if (file) {
		if (fgets(line, sizeof(line), file))
			line[strcspn(line, "\n")] = '\0';
		fclose(file);
	}
	if (strcmp(line, kernel->release) ||
	    !has(root, "modules.order"))
		return false;
	kernel->tree = xasprintf("%s", root);
	return true;
}

/* Beside the kernel, in the tree that it is in, and last on this machine. */
static void find_modules(struct kernel *kernel)
{
	char *path = realpath(kernel->file, NULL), *slash;
	int i;

	for (i = 0; path && i < 4 && (slash = strrchr(path, '/')); i++) {
		*slash = '\0';
		if (*path && find_modules_in(kernel, path))
			break;
	}
	if (!kernel->modules && !kernel->tree)
		find_modules_in(kernel, "");
	free(path);
}

static void find_file(struct kernel *kernel, const char *name,
		      const char *scratch);

/* The one kernel of a package that lies unpacked in @dir. */
static void find_unpacked(struct kernel *kernel, const char *name,
			  const char *dir)
{
	char *pattern = xasprintf("%s/boot/vmlinuz-*", dir);
	char *uml = xasprintf("%s/usr/bin/linux.uml", dir);
	glob_t found = {};

	if (!access(uml, F_OK))
		find_file(kernel, uml, NULL);
	else if (!glob(pattern, 0, NULL, &found) && found.gl_pathc == 1)
		find_file(kernel, found.gl_pathv[0], NULL);
	else
		refuse(name, "a Debian package with no kernel in it (a meta package only depends on the one that has it)");
	globfree(&found);
	free(pattern);
	free(uml);
}

static void find_content(struct kernel *kernel, const struct content *file,
			 const char *scratch)
{
	char *dir;

	if (begins(file, 0, ELFMAG)) {
		find_elf(kernel, file);
	} else if (is_bzimage(file)) {
		find_bzimage(kernel, file);
	} else if (scratch && begins(file, 0, "!<arch>\ndebian-binary")) {
		dir = xasprintf("%s/deb", scratch);
		deb_unpack(file->name, dir);
		find_unpacked(kernel, file->name, dir);
		free(dir);
	} else {
		refuse(file->name, what_it_is(file));
	}
}

static void find_file(struct kernel *kernel, const char *name,
		      const char *scratch)
{
	struct content file = { .name = name, .data = (const void *)"" };
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	void *map = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		die("%s: %s", name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		refuse(name, "no file");
	if (st.st_size) {
		map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED)
			die("%s: %s", name, strerror(errno));
		file.data = map;
		file.len = st.st_size;
	}
	close(fd);
	find_content(kernel, &file, scratch);
	if (map)
		munmap(map, st.st_size);
}

/* A UML's tree has its program where a PC's has a vmlinux. */
static void find_tree(struct kernel *kernel, const char *dir)
{
	static const char *const images[] = { "linux", "arch/x86/boot/bzImage" };
	char *path;
	size_t i;

	for (i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		path = xasprintf("%s/%s", dir, images[i]);
		if (!access(path, F_OK)) {
			find_file(kernel, path, NULL);
			free(path);
			return;
		}
		free(path);
	}
	refuse(dir, has(dir, "Kbuild") || has(dir, "include/config") ?
	       "a kernel tree with no kernel built in it (arch/x86/boot/bzImage)" :
	       "a folder, but no kernel tree");
}

void kernel_find(struct kernel *kernel, const char *name, const char *scratch)
{
	*kernel = (struct kernel){ .initrd = true };
	if (is_folder(name))
		find_tree(kernel, name);
	else
		find_file(kernel, name, scratch);
	find_modules(kernel);
}

void kernel_free(struct kernel *kernel)
{
	free(kernel->file);
	free(kernel->release);
	free(kernel->modules);
	free(kernel->tree);
	*kernel = (struct kernel){};
}
