// In C, because a hook of malloc must not allocate, and what Swift does behind the scenes may.
#include "CFuzzer.h"

int __sanitizer_install_malloc_and_free_hooks(
    void (*allocated)(const volatile void *, size_t), void (*freed)(const volatile void *));

static _Thread_local size_t total;

static void allocated(const volatile void *pointer, size_t size) {
    (void)pointer;
    total += size;
}

static void freed(const volatile void *pointer) { (void)pointer; }

void fuzzer_count_allocations(void) {
    __sanitizer_install_malloc_and_free_hooks(allocated, freed);
}

size_t fuzzer_allocated(void) { return total; }
