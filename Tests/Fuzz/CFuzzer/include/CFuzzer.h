#ifndef TASKRAFT_CFUZZER_H
#define TASKRAFT_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's loop; the linker brings it with -sanitize=fuzzer. */
int LLVMFuzzerRunDriver(
    int *count, char ***arguments, int (*check)(const uint8_t *bytes, size_t size));

/* From here on `fuzzer_allocated` counts. */
void fuzzer_count_allocations(void);

/* Bytes that were allocated, freed or not. */
size_t fuzzer_allocated(void);

#endif
