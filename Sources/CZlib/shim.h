#ifndef TASKRAFT_CZLIB_SHIM_H
#define TASKRAFT_CZLIB_SHIM_H

#include <zlib.h>

/* The library's own name for this is a macro, which Swift cannot call. 16 more bits of window ask
   for the format of gzip. */
static inline int taskraft_gzip_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY);
}

#endif
