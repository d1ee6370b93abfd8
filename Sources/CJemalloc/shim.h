#ifndef TASKRAFT_CJEMALLOC_SHIM_H
#define TASKRAFT_CJEMALLOC_SHIM_H

#include <stddef.h>

/* The library's own header declares malloc and free anew, which a Swift module cannot have twice. */
int mallctl(const char *name, void *value, size_t *size, void *replacement, size_t length);

#endif
