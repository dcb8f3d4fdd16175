//===- Models.cpp - models written by hand --------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include <cmath>

namespace {

enum { J = 0, Y = 1, SIGMA = 2 };

// clang-format off
const astragal_variable data[] = {
    {"J", "schools.stan", 2, 3, "", ASTRAGAL_DATA, ASTRAGAL_INT, 0, 0, 0},
    {"y", "schools.stan", 3, 3, "J\n", ASTRAGAL_DATA, ASTRAGAL_REAL, 0, 1, 0},
    {"sigma", "schools.stan", 4, 3, "J\n", ASTRAGAL_DATA, ASTRAGAL_REAL, 1, 1, 0}};
const astragal_variable outputs[] = {
    {"mu", "schools.stan", 7, 3, "", ASTRAGAL_PARAMETER, ASTRAGAL_REAL, 0, 0, 0},
    {"tau", "schools.stan", 8, 3, "", ASTRAGAL_PARAMETER, ASTRAGAL_REAL, 0, 0, 0},
    {"theta_tilde", "schools.stan", 9, 3, "", ASTRAGAL_PARAMETER, ASTRAGAL_REAL, 0, 1, 0},
    {"theta", "schools.stan", 12, 3, "", ASTRAGAL_TRANSFORMED, ASTRAGAL_REAL, 0, 1, 0},
    {"y_rep", "schools.stan", 20, 3, "", ASTRAGAL_GENERATED, ASTRAGAL_REAL, 1, 1, 0},
    {"pair", "schools.stan", 21, 3, "", ASTRAGAL_GENERATED, ASTRAGAL_REAL, 0, 2, 0},
    {"stack", "schools.stan", 22, 3, "", ASTRAGAL_GENERATED, ASTRAGAL_REAL, 1, 2, 0}};
const astragal_check checks[] = {
    {"standard deviations must be positive", "schools.stan", 4, 18, ASTRAGAL_DOMAIN, nullptr},
    {"scale is not finite", "schools.stan", 16, 3, ASTRAGAL_DOMAIN, nullptr},
    {"index is out of range", "schools.stan", 17, 5, ASTRAGAL_FATAL, nullptr}};
// clang-format on

int32_t schools(const astragal_call *call) { return *static_cast<const int32_t *>(call->data[J]); }
const double *real(const astragal_call *call, int index) {
  return static_cast<const double *>(call->data[index]);
}

void dataSizes(astragal_call *call) { call->sizes[0] = call->sizes[1] = schools(call); }

// prepared: 1 / sigma. A large block is asked for, as a model with much data would.
void prepare(astragal_call *call) {
  if (call->prepared_bytes < 10000) {
    call->prepared_needed = 10000;
    return;
  }
  double *inverse = static_cast<double *>(call->prepared);
  for (int j = 0; j < schools(call); ++j) {
    double sigma = real(call, SIGMA)[j];
    if (!(sigma > 0) && !call->failed_check)
      call->failed_check = 1;
    inverse[j] = 1 / sigma;
  }
}

void sizes(astragal_call *call) {
  int64_t n = schools(call);
  int64_t *out = call->sizes;
  *out++ = 2 + n;
  *out++ = n;             // theta_tilde
  *out++ = n;             // theta
  *out++ = n;             // y_rep
  *out++ = 2, *out++ = n; // pair
  *out++ = 2, *out++ = n; // stack
  *out++ = 1, *out++ = 1, *out++ = n;
}

template <bool WithGradient, bool Jacobian, bool Propto> void density(astragal_call *call) {
  if (call->workspace_bytes < 20000) {
    call->workspace_needed = 20000;
    return;
  }
  const double halfLogTwoPi = 0.91893853320467274178;
  int n = schools(call);
  const double *q = call->input, *y = real(call, Y), *inverse = static_cast<const double *>(call->prepared);
  double mu = q[0], tau = std::exp(q[1]);
  if (tau > 1e6)
    call->failed_check = 2;
  if (mu > 1e6)
    call->failed_check = 3;
  // mu ~ normal(0, 5); tau ~ cauchy(0, 5); theta_tilde ~ normal(0, 1); y ~ normal(mu + tau * theta_tilde,
  // sigma)
  double lp = -0.5 * (mu / 5) * (mu / 5) - std::log1p((tau / 5) * (tau / 5)) + (Jacobian ? q[1] : 0);
  double gMu = -mu / 25, gTau = -2 * tau / (25 + tau * tau), *g = call->output;
  if (!Propto) {
    lp -= halfLogTwoPi + std::log(5) + std::log(3.14159265358979323846 * 5);
    for (int j = 0; j < n; ++j)
      lp += std::log(inverse[j]) - 2 * halfLogTwoPi;
  }
  for (int j = 0; j < n; ++j) {
    double tilde = q[2 + j], z = (y[j] - mu - tau * tilde) * inverse[j], r = z * inverse[j];
    lp -= 0.5 * (z * z + tilde * tilde);
    gMu += r;
    gTau += r * tilde;
    if (WithGradient)
      g[2 + j] = r * tau - tilde;
  }
  if (WithGradient) {
    g[0] = gMu;
    g[1] = gTau * tau + (Jacobian ? 1 : 0);
  }
  call->value = lp;
}

void constrain(astragal_call *call) {
  int n = schools(call);
  const double *q = call->input;
  double *out = call->output;
  out[0] = q[0];
  out[1] = std::exp(q[1]);
  for (int j = 0; j < n; ++j) {
    out[2 + j] = q[2 + j];
    out[2 + n + j] = out[0] + out[1] * q[2 + j];
  }
}

void generate(astragal_call *call) {
  constrain(call);
  int n = schools(call);
  double *theta = call->output + 2 + n, *out = theta + n;
  for (int j = 0; j < n; ++j)
    out[j] = theta[j] + real(call, SIGMA)[j] * astragal_random_normal(call->seed, call->stream, j);
  double *pair = out + n, *stack = pair + 2 * n;
  for (int j = 0; j < n; ++j) {
    pair[2 * j] = stack[j] = theta[j];                 // a matrix lies column by column,
    pair[2 * j + 1] = stack[n + j] = real(call, Y)[j]; // an array of vectors row by row
  }
}

void unconstrain(astragal_call *call) {
  if (call->input[1] <= 0) {
    call->failed_check = 2;
    return;
  }
  call->output[0] = call->input[0];
  call->output[1] = std::log(call->input[1]);
  for (int j = 0; j < schools(call); ++j)
    call->output[2 + j] = call->input[2 + j];
}

const astragal_model schoolsModel = {ASTRAGAL_ABI_VERSION,
                                     3,
                                     7,
                                     3,
                                     1,
                                     "schools",
                                     "by hand",
                                     data,
                                     outputs,
                                     checks,
                                     {dataSizes, prepare, sizes, density<false, false, false>,
                                      density<false, true, false>, density<false, false, true>,
                                      density<false, true, true>, density<true, false, false>,
                                      density<true, true, false>, density<true, false, true>,
                                      density<true, true, true>, constrain, generate, unconstrain},
                                     0,
                                     0,
                                     0,
                                     nullptr,
                                     nullptr,
                                     nullptr};

} // namespace

const astragal_model &astragal::tests::eightSchools() { return schoolsModel; }

astragal::io::Data astragal::tests::eightSchoolsData() {
  io::Data data("schools.json");
  data.set("J", io::Value::integer(8));
  data.set("y", io::Value::integers({8}, {28, 8, -3, 7, -1, 1, 18, 12}));
  data.set("sigma", io::Value::reals({8}, {15, 10, 16, 11, 9, 11, 10, 18}));
  return data;
}

#ifdef ASTRAGAL_TESTS_AS_LIBRARY
extern "C" const astragal_model *astragal_model_get(void) { return &schoolsModel; }
#endif
