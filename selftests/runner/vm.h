/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VM_H
#define VM_H

/*
 * "run.sh --vm KERNEL run ...": ends as the program vm/vm beside the runner does,
 * which boots that kernel (selftests/vm/).  @argv[1] is "--vm..."
 */
void vm_become(char **argv) __attribute__((noreturn));

#endif
