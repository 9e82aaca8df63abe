/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A Debian package: an ar archive with a tar archive of its files in it. */
#ifndef DEB_H
#define DEB_H

/*
 * Unpacks the kernel and the modules of @file to @dir, which is made.  A package
 * that is damaged ends us with 2.
 */
void deb_unpack(const char *file, const char *dir);

#endif
