// How a function of a file for every x86-64 is compiled for AVX-512.
#pragma once

#if defined(__x86_64__)

/// On each function, so that nothing compiled for a better CPU can be picked by the linker for all.
#define FACTORIZE_AVX512 [[gnu::target("avx512f,avx512dq,avx512bw,avx512vl")]]
#define FACTORIZE_AVX512_INLINE FACTORIZE_AVX512 [[gnu::always_inline]] inline

#endif
