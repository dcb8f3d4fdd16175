/*===- abi.h - where compiled models and the runtime meet ---------*- C -*-===*
 *
 * Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * C99, no dependencies. The struct of a compiled model, the struct that every entry function takes, and the
 * list of functions that generated code may call. Who changes a field here changes compiler/lower (which
 * reads the offsets from this header), compiler/driver (which fills the struct) and ASTRAGAL_ABI_VERSION with
 * it.
 *
 *===----------------------------------------------------------------------===*/

#ifndef ASTRAGAL_ABI_H
#define ASTRAGAL_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASTRAGAL_ABI_VERSION 9

/* An ahead-of-time library exports one function: const astragal_model *astragal_model_get(void). */
#define ASTRAGAL_MODEL_SYMBOL "astragal_model_get"

/* Storage of a scalar. */
enum { ASTRAGAL_REAL = 0 /* double */, ASTRAGAL_INT = 1 /* int32_t */ };

/* Where a variable is declared. */
enum { ASTRAGAL_DATA = 0, ASTRAGAL_PARAMETER = 1, ASTRAGAL_TRANSFORMED = 2, ASTRAGAL_GENERATED = 3 };

/*
 * A variable of the model. Its `rank` dimensions are `array_rank` of arrays, then 0 (scalar), 1 (vector) or 2
 * (matrix: rows, columns). Storage is dense: array dimensions vary slowest, the first slowest of all; a
 * matrix lies column by column.
 */
typedef struct astragal_variable {
  const char *name;
  const char *file;      /* where it is declared; may be empty */
  uint32_t line, column; /* 1-based; 0 if unknown */
  const char *sizes;     /* of data: how the program writes its dimensions, a line each; may be empty */
  uint8_t block;         /* ASTRAGAL_DATA ... */
  uint8_t scalar;        /* ASTRAGAL_REAL or ASTRAGAL_INT */
  uint8_t array_rank;
  uint8_t rank;        /* array_rank + 0, 1 or 2 */
  uint8_t single_rows; /* of data: bit k is set if code keeps it in single precision and follows dimension k
                          of its storage from row to row */
} astragal_variable;

/* What a failed check means. */
enum { ASTRAGAL_DOMAIN = 0 /* the log density is -inf there */, ASTRAGAL_FATAL = 1 /* the run ends */ };

/* A check that generated code makes. `file` may be empty. */
typedef struct astragal_check {
  const char *message;
  const char *file;
  uint32_t line, column; /* 1-based; 0 if unknown */
  uint32_t kind;         /* ASTRAGAL_DOMAIN or ASTRAGAL_FATAL */
  /* Null or empty, or the message with values: each {} stands for the next of astragal_call::explained, {+}
     for it plus one, {{ for a brace. */
  const char *explanation;
} astragal_check;

/* How many values an explanation has at most. */
#define ASTRAGAL_MAX_EXPLAINED 16

/*
 * Where a model's print statements write, piece by piece. A line is what comes before `end`. An evaluation
 * that returns with `workspace_needed` or `prepared_needed` set may have written lines that the next attempt
 * writes again.
 */
typedef struct astragal_printer {
  void *context; /* the first argument of each function */
  void (*text)(void *context, const char *text, uint64_t length);
  void (*real)(void *context, double value);
  void (*integer)(void *context, int32_t value);
  /* An array, stored densely; `scalar` is ASTRAGAL_REAL or ASTRAGAL_INT. `sizes` has `rank` sizes, the
     slowest first. If `is_matrix`, the last two are the columns and the rows of matrices. */
  void (*array)(void *context, const void *values, int32_t scalar, int32_t is_matrix, int32_t rank,
                const int64_t *sizes);
  void (*end)(void *context);
} astragal_printer;

/*
 * Threads that work together. `run` calls a task for every item from 0 to count - 1, on at most `threads`
 * threads, of which the caller is one, and returns when all have come back. `thread`, from 0 to threads - 1,
 * is unlike for tasks that run at once.
 */
typedef struct astragal_team {
  void *context; /* the first argument of run */
  int64_t threads;
  void (*run)(void *context, void (*task)(void *argument, int64_t thread, int64_t item), void *argument,
              int64_t count);
} astragal_team;

/*
 * A profile: where time goes, in code that was compiled for it. Code is divided into regions, numbered over
 * all of a model. Each moment of an evaluation belongs to one of them: the clock is read where a region ends,
 * and what has passed since it was read before is the region's. A region that contains others has what is
 * left between them.
 */
enum {
  ASTRAGAL_ENTRY_REGION = 0,   /* an entry as a whole */
  ASTRAGAL_LOOP_REGION = 1,    /* a nest of loops */
  ASTRAGAL_CALL_REGION = 2,    /* a call of a kernel or a function, a copy, a branch */
  ASTRAGAL_STRETCH_REGION = 3, /* what lies between these */
};

/* A statement of the program, or a declaration. */
typedef struct astragal_statement {
  const char *file;
  uint32_t line, column; /* where it begins, 1-based */
  const char *text;      /* in one line, shortened */
  uint32_t profile;      /* 1 + the index of the innermost profile block around it, or 0 */
} astragal_statement;

/* A block `profile("name") { ... }` of the program. */
typedef struct astragal_profile_block {
  const char *name;
  uint32_t parent; /* 1 + the index of the one around it, or 0 */
} astragal_profile_block;

/* How much of a region's operations come from a statement: of all of them together, in both directions, the
 * sum is 1. */
typedef struct astragal_share {
  uint32_t statement; /* an index */
  double forward, reverse;
} astragal_share;

typedef struct astragal_region {
  uint32_t entry;  /* ASTRAGAL_GRADIENT ... */
  uint32_t kind;   /* ASTRAGAL_ENTRY_REGION ... */
  uint32_t parent; /* 1 + the index of the region around it, or 0 */
  uint32_t num_shares;
  const char *name;             /* "loop", "cholesky" ... */
  const astragal_share *shares; /* the largest first */
  /* The work of one run or, if `by_row` is set, of one row: operations, those of them that are part of
     elementary functions, bytes of loads and stores, calls whose work is not known. `exact` is 0 where a
     branch, a loop or a kernel makes that an estimate. If `parts` is set, other regions have some of it. */
  double flops, function_flops, bytes_read, bytes_written, calls;
  double working_set; /* bytes of all buffers that are touched, as far as their sizes are known */
  uint8_t by_row, exact, parts;
} astragal_region;

/* What a region has taken. A region that has run has been timed once for each run. */
typedef struct astragal_region_time {
  uint64_t runs, ticks;
  uint64_t rows; /* iterations of a loop */
} astragal_region_time;

/* That a region has ended or, with ASTRAGAL_EVENT_BEGIN, that an entry begins. */
#define ASTRAGAL_EVENT_BEGIN (UINT64_C(1) << 32)
typedef struct astragal_event {
  uint64_t ticks, what; /* the index of the region */
} astragal_event;

/* Where generated code writes what it measures. One for each thread. */
typedef struct astragal_profile {
  uint64_t latest;               /* when the clock was read last */
  astragal_region_time *regions; /* one for each of the model */
  astragal_event *next, *end;    /* room for events */
} astragal_profile;

/* A dimension that no array has. */
#define ASTRAGAL_NO_SIZE INT64_MIN

/*
 * One evaluation. The caller fills the inputs and sizes of blocks; an entry function reads the fields that it
 * needs.
 *
 * Blocks are aligned to 64 bytes. A function whose `workspace` (or, for prepare, `prepared`) is too small
 * sets `workspace_needed` (`prepared_needed`) to a size that is larger than the one given, computes nothing
 * that counts, and returns; the caller grows the block and calls again. Sizes depend on the data's sizes, and
 * on the number of iterations of loops that are differentiated.
 *
 * No field is shared between evaluations on several threads but `data` and `prepared`, which they only read.
 * The threads of a team share an evaluation, each with a copy of the struct and its own part of the
 * workspace. Results do not depend on how many there are.
 */
typedef struct astragal_call {
  const void *const *data; /* one pointer a data variable, in the model's order: double or int32_t */
  void *prepared;          /* what prepare computed from the data */
  uint64_t prepared_bytes;
  uint64_t prepared_needed; /* out */
  const double *input;      /* see the entries */
  double *output;           /* see the entries */
  int64_t *sizes;           /* out, of the two size entries */
  double value;             /* out: the log density */
  void *workspace;
  uint64_t workspace_bytes;
  uint64_t workspace_needed; /* out: 0, or the size that is wanted */
  uint64_t data_seed;   /* of random numbers in transformed data: as the data, the same for all evaluations */
  uint64_t seed;        /* of random numbers in generated quantities */
  uint64_t stream;      /* of those too: unlike for every (chain, draw) */
  int32_t failed_check; /* in: 0; out: 0, or 1 + the index of the first check that failed */
  double *explained;    /* of the entries that explain: ASTRAGAL_MAX_EXPLAINED values, those of that check */
  const astragal_printer *printer; /* null: nothing is printed */
  const int64_t
      *shapes; /* of ASTRAGAL_DATA_SIZES: the dimensions that integer arrays have, where `sizes` has those
                  declared; ASTRAGAL_NO_SIZE where there is no such array, and for other variables */
  const astragal_team *team; /* null: the caller's thread does all */
  astragal_profile *profile; /* null: nobody wants a profile */
} astragal_call;

typedef void (*astragal_function)(astragal_call *);

/* Computes the rows from `begin` to `end - 1`, all of one chunk. Reads of the call the workspace, and writes
   the fields that say how it went. `arguments` is a list that the function that has the chunks and this one
   agree on. */
typedef void (*astragal_chunk)(astragal_call *, const void *arguments, int64_t chunk, int64_t begin,
                               int64_t end);

/* The entries of a compiled model. D is the number of unconstrained parameters. */
enum {
  /* sizes: for each data variable its `rank` dimensions. Reads int data only, and arrays only where `shapes`
     agrees; after one that is not as declared, sizes are 0. */
  ASTRAGAL_DATA_SIZES = 0,
  /* Checks the data, computes transformed data and all that depends on data alone, into `prepared`. */
  ASTRAGAL_PREPARE,
  /* sizes: D, then for each output variable its `rank` dimensions, then for each parameter that is an output
     variable, in order, the number of its unconstrained elements. */
  ASTRAGAL_SIZES,
  /* input: D unconstrained values. value: the log density. The four differ in Jacobian and dropped constants.
   */
  ASTRAGAL_LOG_DENSITY,                 /* all constants, no Jacobian */
  ASTRAGAL_LOG_DENSITY_JACOBIAN,        /* all constants, Jacobian */
  ASTRAGAL_LOG_DENSITY_PROPTO,          /* constants dropped as Stan drops them, no Jacobian */
  ASTRAGAL_LOG_DENSITY_PROPTO_JACOBIAN, /* what samplers use */
  /* The same four with output: the gradient, D values. */
  ASTRAGAL_GRADIENT,
  ASTRAGAL_GRADIENT_JACOBIAN,
  ASTRAGAL_GRADIENT_PROPTO,
  ASTRAGAL_GRADIENT_PROPTO_JACOBIAN,
  /* input: D unconstrained values. output: the values of parameters and transformed parameters, one after the
     other. */
  ASTRAGAL_CONSTRAIN,
  /* As ASTRAGAL_CONSTRAIN, and generated quantities after them. Reads seed and stream. */
  ASTRAGAL_GENERATE,
  /* input: constrained values of the parameters, one after the other. output: D unconstrained values. */
  ASTRAGAL_UNCONSTRAIN,
  /* Slow code that is called after a check failed, with the same inputs: in the order of the program, every
     check with an explanation and its values. Nothing else that it writes counts, and it reads nothing from
     `prepared`. */
  ASTRAGAL_EXPLAIN_PREPARE,
  ASTRAGAL_EXPLAIN_LOG_DENSITY, /* of all log densities and gradients */
  ASTRAGAL_EXPLAIN_GENERATE,    /* of constrain too; output: as ASTRAGAL_GENERATE */
  /* input: D unconstrained values, output: D values. The check that "fails" is the first operation whose
     result is not a number though its operands are, of the log density with Jacobian or of its gradient. */
  ASTRAGAL_TRACE_GRADIENT,
  ASTRAGAL_NUM_ENTRIES
};

/* A compiled model. Everything it points to lives as long as the library (or the JIT) that it came from. */
typedef struct astragal_model {
  uint32_t abi_version; /* ASTRAGAL_ABI_VERSION */
  uint32_t num_data;
  uint32_t num_outputs;
  uint32_t num_checks;
  uint32_t has_generated; /* 1 if ASTRAGAL_GENERATE does more than ASTRAGAL_CONSTRAIN, be it without output;
                             or 0 */
  const char *name;
  const char *compiler;             /* version and target, for people */
  const astragal_variable *data;    /* in the order of declaration */
  const astragal_variable *outputs; /* parameters, transformed parameters, generated quantities */
  const astragal_check *checks;
  astragal_function entries[ASTRAGAL_NUM_ENTRIES]; /* null: not compiled */
  /* Of code that was compiled for profiling; none otherwise. */
  uint32_t num_regions, num_statements, num_profile_blocks;
  const astragal_region *regions;
  const astragal_statement *statements;
  const astragal_profile_block *profile_blocks;
} astragal_model;

/*
 * Special functions that are called and not expanded, as X(name, arity): elementwise over n numbers, by
 * void astragal_NAME(double *out, const double *a, ..., int64_t n). `out` overlaps with no argument. NaN
 * outside of the domain.
 *
 * They are named as in the Stan Functions Reference; NAME_d_x is the derivative of NAME in x. tetragamma is
 * the third derivative of lgamma. Orders and exponents are whole numbers.
 */
#define ASTRAGAL_SPECIAL_FUNCTIONS(X)                                                                        \
  X(gamma_p, 2)                                                                                              \
  X(gamma_p_d_a, 2)                                                                                          \
  X(gamma_p_d_x, 2)                                                                                          \
  X(gamma_q, 2)                                                                                              \
  X(inc_beta, 3)                                                                                             \
  X(inc_beta_d_a, 3)                                                                                         \
  X(inc_beta_d_b, 3)                                                                                         \
  X(inc_beta_d_x, 3)                                                                                         \
  X(inv_inc_beta, 3)                                                                                         \
  X(bessel_first_kind, 2)                                                                                    \
  X(bessel_second_kind, 2)                                                                                   \
  X(modified_bessel_first_kind, 2)                                                                           \
  X(modified_bessel_second_kind, 2)                                                                          \
  X(log_modified_bessel_first_kind, 2)                                                                       \
  X(log_modified_bessel_first_kind_d_v, 2)                                                                   \
  X(inv_erfc, 1)                                                                                             \
  X(lambert_w0, 1)                                                                                           \
  X(lambert_wm1, 1)                                                                                          \
  X(ldexp, 2)                                                                                                \
  X(owens_t, 2)                                                                                              \
  X(std_normal_log_qf, 1)                                                                                    \
  X(tetragamma, 1)                                                                                           \
  X(tgamma, 1)

#define ASTRAGAL_SPECIAL_ARGUMENTS_1 (double *out, const double *a, int64_t n)
#define ASTRAGAL_SPECIAL_ARGUMENTS_2 (double *out, const double *a, const double *b, int64_t n)
#define ASTRAGAL_SPECIAL_ARGUMENTS_3                                                                         \
  (double *out, const double *a, const double *b, const double *c, int64_t n)
#define ASTRAGAL_SPECIAL_ARGUMENTS_4                                                                         \
  (double *out, const double *a, const double *b, const double *c, const double *d, int64_t n)

#define ASTRAGAL_DECLARE(name, arity) void astragal_##name ASTRAGAL_SPECIAL_ARGUMENTS_##arity;
ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_DECLARE)
#undef ASTRAGAL_DECLARE

// clang-format off: a list
/*
 * The other functions that generated code may call, as X(result, name, arguments). Destination-style, no state, no
 * allocation. The JIT binds them by this list; ahead-of-time code links them.
 *
 * astragal_random_uniform: a number in (0, 1), a pure function of its arguments; Philox 4x32-10.
 * astragal_random_normal:  the same for the standard normal.
 * astragal_lgamma:         log |Gamma(x)|.
 * astragal_digamma:        its derivative; astragal_trigamma: its second derivative.
 *
 * Kernels are void functions of whole matrices, `tg.kernel` in the compiler: inputs first, results last. A matrix is dense,
 * column by column. What cannot be computed is filled with NaN. Results that are called so are scratch memory.
 *
 * astragal_cholesky:         l: the lower factor of the n x n matrix a, which must be symmetric (to 1e-8) and definite.
 * astragal_cholesky_adjoint: da, in the lower triangle, from l and dl, of which the lower triangle is read.
 * astragal_solve_lower:      x = l^-1 b, or l^-T b if `transposed`; l is lower triangular, n x n, b is n x m.
 * astragal_product:          c = scale op(a) op(b), m x n, inner size k; op transposes if ta (tb) is set.
 * astragal_lower_product:    the lower triangle of -a b^T, n x n, where a and b are n x m; zero above.
 * astragal_solve:            x = op(a)^-1 b, a is n x n, b is n x m.
 * astragal_inverse:          y = a^-1; inverse_spd: of a symmetric definite matrix.
 * astragal_determinant:      value: the determinant, and the logarithm of its magnitude.
 * astragal_eigen_symmetric:  eigenvalues, ascending, and eigenvectors of a symmetric (to 1e-8) matrix.
 * astragal_qr:               the first k columns of q, k x n of r, where a is m x n and r's diagonal is not negative.
 * astragal_svd:              a = u s v^T, a is m x n; u, s and v have min(m, n) columns, s descends.
 * astragal_matrix_exp:       e = exp(a), a is n x n; scratch is 7 n^2, pivots n.
 * astragal_add_rows:         r: the triangular factor, n x n, of the rows it was one of, and of m more; these lie in the first
 *                            rows of a block of `stride` rows and are lost. Starts from zero. A column with an
 *                            infinity or NaN has one on the diagonal, and no influence on others.
 * astragal_add_grouped_rows: the same for the first q columns of n, with a factor for each of `count` groups: q x n numbers, row
 *                            by row, each number `count` places after the one before. `rows` keeps what is left of them, with
 *                            zeros in the first q columns.
 * astragal_equal_rows:       of the n x m matrix of keys: rows that are unlike, by number, in order, and how many like each there
 *                            are; all of them with weight 1 where that would not be clearly fewer. The last is repeated with
 *                            parts of its weight until their number, `count`, is a multiple of eight; zeros behind. `rows` and
 *                            `weights` have n rounded up to eight elements.
 * astragal_block_rows:       `count` rows of the n that `keys` is about, which come with weights, in blocks of eight that
 *                            share their key in the given column, an integer. The last row of a group is repeated with parts
 *                            of its weight. counts[0] is the number of rows then, and counts[1] zero. Where that would be more
 *                            than a quarter more rows, or more than there is room for, they stay as they are: counts[0] is
 *                            zero, and counts[1] their number. Both results have room for n rounded up to eight and a quarter
 *                            of n; zeros behind. `ends` has n / 8 + 1 elements.
 * astragal_number_cells:     of the n x m matrix of keys: the number of each row's combination of keys, in the order in which they
 *                            appear, the row where each first does, and how many rows have it. `table` has 2 n elements.
 * astragal_pack_cells:       the rows of the factors of `cells` groups, as astragal_add_grouped_rows has them, that are not zero, and the
 *                            first one of each, side by side: n columns of `room` elements. For each its group; and for the first of a
 *                            group how many rows the group has more than are here. Zeros behind; `packed` and `room` are multiples of
 *                            eight, and those that fill up to `packed` count as one too many of group 0.
 * ..._adjoint:               da from the adjoints of results; qr with k = n <= m; exp with scratch 36 n^2, pivots 2 n.
 */
// clang-format on
typedef int64_t astragal_flag; /* 0 or 1, and a constant where it is passed */

#define ASTRAGAL_KERNELS(X)                                                                                  \
  X(void, astragal_cholesky, (const double *a, int64_t n, double *l))                                        \
  X(void, astragal_cholesky_adjoint, (const double *l, const double *dl, int64_t n, double *da))             \
  X(void, astragal_solve_lower,                                                                              \
    (const double *l, const double *b, int64_t n, int64_t m, astragal_flag transposed, double *x))           \
  X(void, astragal_product,                                                                                  \
    (const double *a, const double *b, int64_t m, int64_t n, int64_t k, astragal_flag ta, astragal_flag tb,  \
     double scale, double *c))                                                                               \
  X(void, astragal_lower_product, (const double *a, const double *b, int64_t n, int64_t m, double *c))       \
  X(void, astragal_solve,                                                                                    \
    (const double *a, const double *b, int64_t n, int64_t m, astragal_flag transposed, double *x,            \
     double *lu, double *pivots))                                                                            \
  X(void, astragal_inverse, (const double *a, int64_t n, double *y, double *lu, double *pivots))             \
  X(void, astragal_inverse_spd, (const double *a, int64_t n, double *y, double *scratch))                    \
  X(void, astragal_determinant, (const double *a, int64_t n, double *value, double *lu, double *pivots))     \
  X(void, astragal_eigen_symmetric,                                                                          \
    (const double *a, int64_t n, double *values, double *vectors, double *scratch))                          \
  X(void, astragal_eigen_symmetric_adjoint,                                                                  \
    (const double *values, const double *vectors, const double *dvalues, const double *dvectors, int64_t n,  \
     double *da, double *scratch))                                                                           \
  X(void, astragal_qr,                                                                                       \
    (const double *a, int64_t m, int64_t n, int64_t k, double *q, double *r, double *scratch, double *tau))  \
  X(void, astragal_qr_adjoint,                                                                               \
    (const double *q, const double *r, const double *dq, const double *dr, int64_t m, int64_t n, double *da, \
     double *scratch))                                                                                       \
  X(void, astragal_svd, (const double *a, int64_t m, int64_t n, double *u, double *s, double *v))            \
  X(void, astragal_svd_adjoint,                                                                              \
    (const double *u, const double *s, const double *v, const double *du, const double *ds,                  \
     const double *dv, int64_t m, int64_t n, double *da, double *scratch))                                   \
  X(void, astragal_matrix_exp, (const double *a, int64_t n, double *e, double *scratch, double *pivots))     \
  X(void, astragal_matrix_exp_adjoint,                                                                       \
    (const double *a, const double *de, int64_t n, double *da, double *scratch, double *pivots))             \
  X(void, astragal_add_rows, (int64_t m, int64_t n, int64_t stride, double *rows, double *r))                \
  X(void, astragal_add_grouped_rows,                                                                         \
    (const double *groups, int64_t m, int64_t q, int64_t n, int64_t count, int64_t stride, double *rows,     \
     double *factors))                                                                                       \
  X(void, astragal_equal_rows,                                                                               \
    (const double *keys, int64_t n, int64_t m, double *rows, double *weights, double *count))                \
  X(void, astragal_block_rows,                                                                               \
    (const double *keys, int64_t n, int64_t column, const double *rows, const double *weights,               \
     const double *count, double *blockRows, double *blockWeights, double *ends, double *counts))            \
  X(void, astragal_number_cells,                                                                             \
    (const double *keys, int64_t n, int64_t m, double *cells, double *firsts, double *sizes, double *table,  \
     double *count))                                                                                         \
  X(void, astragal_pack_cells,                                                                               \
    (const double *factors, const double *sizes, int64_t cells, int64_t q, int64_t n, int64_t count,         \
     int64_t room, double *rows, double *of, double *more, double *packed))

/*
 * astragal_run_chunks: cuts `rows` rows into `count` chunks, at multiples of `grain`, and computes all of
 * them, on the call's
 *                      team if there is one. What lies in the workspace behind `used` bytes is theirs. The number of the
 *                      check that failed first in the order of rows, or 0. If memory was too little, sets workspace_needed, and
 *                      nothing counts.
 */
#define ASTRAGAL_CALLABLES(X)                                                                                \
  X(double, astragal_random_uniform, (uint64_t seed, uint64_t stream, uint64_t counter))                     \
  X(double, astragal_random_normal, (uint64_t seed, uint64_t stream, uint64_t counter))                      \
  X(double, astragal_lgamma, (double x))                                                                     \
  X(double, astragal_digamma, (double x))                                                                    \
  X(double, astragal_trigamma, (double x))                                                                   \
  X(int32_t, astragal_run_chunks,                                                                            \
    (astragal_call * call, astragal_chunk function, const void *arguments, uint64_t used, int64_t count,     \
     int64_t rows, int64_t grain))                                                                           \
  ASTRAGAL_KERNELS(X)

#define ASTRAGAL_DECLARE(result, name, arguments) result name arguments;
ASTRAGAL_CALLABLES(ASTRAGAL_DECLARE)
#undef ASTRAGAL_DECLARE

#ifdef __cplusplus
}
#endif

#endif /* ASTRAGAL_ABI_H */
