/*===- abi.h - where compiled models and the runtime meet ---------*- C -*-===*
 *
 * Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * C99, no dependencies. The struct of a compiled model, the struct that every entry function takes, and the list
 * of functions that generated code may call. Who changes a field here changes compiler/lower (which reads
 * the offsets from this header), compiler/driver (which fills the struct) and ASTRAGAL_ABI_VERSION with it.
 *
 *===----------------------------------------------------------------------===*/

#ifndef ASTRAGAL_ABI_H
#define ASTRAGAL_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASTRAGAL_ABI_VERSION 1

/* An ahead-of-time library exports one function: const astragal_model *astragal_model_get(void). */
#define ASTRAGAL_MODEL_SYMBOL "astragal_model_get"

/* Storage of a scalar. */
enum { ASTRAGAL_REAL = 0 /* double */, ASTRAGAL_INT = 1 /* int32_t */ };

/* Where a variable is declared. */
enum { ASTRAGAL_DATA = 0, ASTRAGAL_PARAMETER = 1, ASTRAGAL_TRANSFORMED = 2, ASTRAGAL_GENERATED = 3 };

/*
 * A variable of the model. Its `rank` dimensions are `array_rank` of arrays, then 0 (scalar), 1 (vector) or 2
 * (matrix: rows, columns). Storage is dense: array dimensions vary slowest, the first slowest of all; a matrix lies
 * column by column.
 */
typedef struct astragal_variable {
  const char *name;
  uint8_t block;      /* ASTRAGAL_DATA ... */
  uint8_t scalar;     /* ASTRAGAL_REAL or ASTRAGAL_INT */
  uint8_t array_rank;
  uint8_t rank;       /* array_rank + 0, 1 or 2 */
  uint32_t line;      /* where it is declared, 1-based; 0 if unknown */
} astragal_variable;

/* What a failed check means. */
enum { ASTRAGAL_DOMAIN = 0 /* the log density is -inf there */, ASTRAGAL_FATAL = 1 /* the run ends */ };

/* A check that generated code makes. `file` may be empty. */
typedef struct astragal_check {
  const char *message;
  const char *file;
  uint32_t line, column; /* 1-based; 0 if unknown */
  uint32_t kind;         /* ASTRAGAL_DOMAIN or ASTRAGAL_FATAL */
} astragal_check;

/*
 * One evaluation. The caller fills the inputs and sizes of blocks; an entry function reads the fields that it needs.
 *
 * Blocks are aligned to 64 bytes. A function whose `workspace` (or, for prepare, `prepared`) is too small sets
 * `workspace_needed` (`prepared_needed`) to a size that is larger than the one given, computes nothing that counts,
 * and returns; the caller grows the block and calls again. Sizes depend on the data's sizes, and on the number of
 * iterations of loops that are differentiated.
 *
 * No field is shared between threads but `data` and `prepared`, which evaluations only read.
 */
typedef struct astragal_call {
  const void *const *data;   /* one pointer a data variable, in the model's order: double or int32_t */
  void *prepared;            /* what prepare computed from the data */
  uint64_t prepared_bytes;
  uint64_t prepared_needed;  /* out */
  const double *input;       /* see the entries */
  double *output;            /* see the entries */
  int64_t *sizes;            /* out, of the two size entries */
  double value;              /* out: the log density */
  void *workspace;
  uint64_t workspace_bytes;
  uint64_t workspace_needed; /* out: 0, or the size that is wanted */
  uint64_t seed;             /* of random numbers */
  uint64_t stream;           /* of random numbers: unlike for every (chain, draw) */
  int32_t failed_check;      /* in: 0; out: 0, or 1 + the index of the first check that failed */
} astragal_call;

typedef void (*astragal_function)(astragal_call *);

/* The entries of a compiled model. D is the number of unconstrained parameters. */
enum {
  /* sizes: for each data variable its `rank` dimensions. Reads scalar int data only. */
  ASTRAGAL_DATA_SIZES = 0,
  /* Checks the data, computes transformed data and all that depends on data alone, into `prepared`. */
  ASTRAGAL_PREPARE,
  /* sizes: D, then for each output variable its `rank` dimensions, then for each parameter that is an output variable,
     in order, the number of its unconstrained elements. */
  ASTRAGAL_SIZES,
  /* input: D unconstrained values. value: the log density. The four differ in Jacobian and dropped constants. */
  ASTRAGAL_LOG_DENSITY,                  /* all constants, no Jacobian */
  ASTRAGAL_LOG_DENSITY_JACOBIAN,         /* all constants, Jacobian */
  ASTRAGAL_LOG_DENSITY_PROPTO,           /* constants dropped as Stan drops them, no Jacobian */
  ASTRAGAL_LOG_DENSITY_PROPTO_JACOBIAN,  /* what samplers use */
  /* The same four with output: the gradient, D values. */
  ASTRAGAL_GRADIENT,
  ASTRAGAL_GRADIENT_JACOBIAN,
  ASTRAGAL_GRADIENT_PROPTO,
  ASTRAGAL_GRADIENT_PROPTO_JACOBIAN,
  /* input: D unconstrained values. output: the values of parameters and transformed parameters, one after the other. */
  ASTRAGAL_CONSTRAIN,
  /* As ASTRAGAL_CONSTRAIN, and generated quantities after them. Reads seed and stream. */
  ASTRAGAL_GENERATE,
  /* input: constrained values of the parameters, one after the other. output: D unconstrained values. */
  ASTRAGAL_UNCONSTRAIN,
  ASTRAGAL_NUM_ENTRIES
};

/* A compiled model. Everything it points to lives as long as the library (or the JIT) that it came from. */
typedef struct astragal_model {
  uint32_t abi_version; /* ASTRAGAL_ABI_VERSION */
  uint32_t num_data;
  uint32_t num_outputs;
  uint32_t num_checks;
  const char *name;
  const char *compiler; /* version and target, for people */
  const astragal_variable *data;    /* in the order of declaration */
  const astragal_variable *outputs; /* parameters, transformed parameters, generated quantities */
  const astragal_check *checks;
  astragal_function entries[ASTRAGAL_NUM_ENTRIES]; /* null: not compiled */
} astragal_model;

/*
 * Special functions that are called and not expanded, as X(name, arity): elementwise over n numbers, by
 * void astragal_NAME(double *out, const double *a, ..., int64_t n). `out` overlaps with no argument. NaN outside of the
 * domain.
 *
 * They are named as in the Stan Functions Reference; NAME_d_x is the derivative of NAME in x. inv_phi is the quantile of
 * the normal distribution, tetragamma the third derivative of lgamma. Orders and exponents are whole numbers.
 */
#define ASTRAGAL_SPECIAL_FUNCTIONS(X)                                                                            \
  X(gamma_p, 2)                                                                                                  \
  X(gamma_p_d_a, 2)                                                                                              \
  X(gamma_p_d_x, 2)                                                                                              \
  X(gamma_q, 2)                                                                                                  \
  X(inc_beta, 3)                                                                                                 \
  X(inc_beta_d_a, 3)                                                                                             \
  X(inc_beta_d_b, 3)                                                                                             \
  X(inc_beta_d_x, 3)                                                                                             \
  X(inv_inc_beta, 3)                                                                                             \
  X(bessel_first_kind, 2)                                                                                        \
  X(bessel_second_kind, 2)                                                                                       \
  X(modified_bessel_first_kind, 2)                                                                               \
  X(modified_bessel_second_kind, 2)                                                                              \
  X(log_modified_bessel_first_kind, 2)                                                                           \
  X(log_modified_bessel_first_kind_d_v, 2)                                                                       \
  X(inv_erfc, 1)                                                                                                 \
  X(inv_phi, 1)                                                                                                  \
  X(lambert_w0, 1)                                                                                               \
  X(lambert_wm1, 1)                                                                                              \
  X(ldexp, 2)                                                                                                    \
  X(owens_t, 2)                                                                                                  \
  X(std_normal_log_qf, 1)                                                                                        \
  X(tetragamma, 1)                                                                                               \
  X(tgamma, 1)

#define ASTRAGAL_SPECIAL_ARGUMENTS_1 (double *out, const double *a, int64_t n)
#define ASTRAGAL_SPECIAL_ARGUMENTS_2 (double *out, const double *a, const double *b, int64_t n)
#define ASTRAGAL_SPECIAL_ARGUMENTS_3 (double *out, const double *a, const double *b, const double *c, int64_t n)
#define ASTRAGAL_SPECIAL_ARGUMENTS_4                                                                             \
  (double *out, const double *a, const double *b, const double *c, const double *d, int64_t n)

#define ASTRAGAL_DECLARE(name, arity) void astragal_##name ASTRAGAL_SPECIAL_ARGUMENTS_##arity;
ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_DECLARE)
#undef ASTRAGAL_DECLARE

/*
 * The other functions that generated code may call, as X(result, name, arguments). Destination-style, no state, no
 * allocation. The JIT binds them by this list; ahead-of-time code links them.
 *
 * astragal_random_uniform: a number in (0, 1), a pure function of its arguments; Philox 4x32-10.
 * astragal_random_normal:  the same for the standard normal.
 * astragal_lgamma:         log |Gamma(x)|.
 * astragal_digamma:        its derivative; astragal_trigamma: its second derivative.
 */
#define ASTRAGAL_CALLABLES(X)                                                                                    \
  X(double, astragal_random_uniform, (uint64_t seed, uint64_t stream, uint64_t counter))                         \
  X(double, astragal_random_normal, (uint64_t seed, uint64_t stream, uint64_t counter))                          \
  X(double, astragal_lgamma, (double x))                                                                         \
  X(double, astragal_digamma, (double x))                                                                        \
  X(double, astragal_trigamma, (double x))

#define ASTRAGAL_DECLARE(result, name, arguments) result name arguments;
ASTRAGAL_CALLABLES(ASTRAGAL_DECLARE)
#undef ASTRAGAL_DECLARE

#ifdef __cplusplus
}
#endif

#endif /* ASTRAGAL_ABI_H */
