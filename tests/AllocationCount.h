//===- AllocationCount.h - counts calls of the allocator --------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file replaces the allocator of the one source that includes it, and so of its program.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_ALLOCATIONCOUNT_H
#define ASTRAGAL_TESTS_ALLOCATIONCOUNT_H

#include <atomic>
#include <cstddef>
#include <new>

// Every allocation counts, those of the C library and of Eigen too. Under a sanitizer the allocator is the
// sanitizer's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define ASTRAGAL_COUNTS 0
#else
#define ASTRAGAL_COUNTS 1
#endif

static std::atomic<long> allocations{0};

#if ASTRAGAL_COUNTS
extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}
#endif

/// Whether an allocation is seen.
static bool counts() {
  long before = allocations;
  // Volatile, or the pair of calls may be left out.
  void *volatile block = ::operator new(100);
  ::operator delete(block);
  return allocations > before;
}

#endif // ASTRAGAL_TESTS_ALLOCATIONCOUNT_H
