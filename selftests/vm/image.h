/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An initramfs (Documentation/driver-api/early-userspace/buffer-format.rst), made
 * without root.  A path is there once, whoever else asks for it, and its folders
 * with it.  What cannot be read or written ends us with 2.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "util.h"

#include <sys/types.h>

struct image;

struct image *image_new(const char *file) __attribute__((warn_unused_result));

/* Empty folders, all the way. */
void image_dir(struct image *image, const char *path);

/* A character device. */
void image_node(struct image *image, const char *path, unsigned int major,
		unsigned int minor);

void image_data(struct image *image, const char *path, const struct buf *data);

/* A file of this machine, by the name @path, with what modes it has here. */
void image_file(struct image *image, const char *path, const char *from);

/* The same, unpacked: "x.ko.xz" is "x.ko" in the image, and @path says so. */
void image_module(struct image *image, const char *path, const char *from);

/* Programs and libraries at their own paths, and the libraries they need. */
void image_programs(struct image *image, const struct strv *paths);

/* Ends it: how long it is, in bytes. */
size_t image_close(struct image *image);

#endif
