//===- NutsTest.cpp - the no-U-turn sampler ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "runtime/diagnostics/Statistics.h"
#include "runtime/inference/Chain.h"

#include <cmath>
#include <functional>
#include <limits>

using namespace astragal;
using namespace astragal::inference;

namespace {

using Vector = std::vector<double>;

/// A density given by a function of q and its gradient.
class Target final : public LogDensity {
public:
  Target(int64_t size, std::function<double(const double *, double *)> function)
      : size(size), function(std::move(function)) {}
  int64_t dimension() const override { return size; }
  double gradient(const double *q, double *gradient) override { return function(q, gradient); }

private:
  int64_t size;
  std::function<double(const double *, double *)> function;
};

/// A normal in five dimensions with the precision matrix of a random walk, scaled by coordinate.
constexpr int gaussianSize = 5;
const double scales[gaussianSize] = {0.01, 1, 10, 3, 100};

Target gaussian() {
  return Target(gaussianSize, [](const double *q, double *g) {
    double z[gaussianSize], lp = 0, before = 0;
    for (int i = 0; i < gaussianSize; ++i) {
      z[i] = q[i] / scales[i];
      g[i] = 0;
    }
    for (int i = 0; i < gaussianSize; ++i) { // z_i ~ normal(z_{i-1}, 1)
      double step = z[i] - before;
      lp -= 0.5 * step * step;
      g[i] -= step / scales[i];
      if (i)
        g[i - 1] += step / scales[i - 1];
      before = z[i];
    }
    return lp;
  });
}

/// Neal's funnel: a shape whose trees have all depths, and divergences.
Target funnel() {
  return Target(3, [](const double *q, double *g) {
    double precision = std::exp(-q[0]), squares = q[1] * q[1] + q[2] * q[2];
    g[0] = -q[0] / 9 + 0.5 * precision * squares - 1;
    g[1] = -q[1] * precision;
    g[2] = -q[2] * precision;
    return -q[0] * q[0] / 18 - 0.5 * precision * squares - q[0];
  });
}

/// The sampler's definition, written as Stan's authors write it: recursion, weights as logarithms, everything
/// copied.
class Reference {
public:
  Reference(LogDensity &target, random::Stream &random, Vector inverse, int maxDepth)
      : target(target), random(random), inverse(std::move(inverse)), maxDepth(maxDepth),
        n(target.dimension()) {}

  struct State {
    Vector q, p, g;
    double lp;
  };

  Transition transition(Vector &position, double stepSize) {
    epsilon = stepSize;
    State z{position, Vector(n), Vector(n), 0};
    random.normals(z.p.data(), n);
    for (int64_t i = 0; i < n; ++i)
      z.p[i] /= std::sqrt(inverse[i]);
    z.lp = target.gradient(z.q.data(), z.g.data());
    State forward = z, backward = z, sample = z, propose = z;
    Vector pFwdFwd = z.p, vFwdFwd = velocity(z.p), pFwdBck = z.p, vFwdBck = vFwdFwd;
    Vector pBckFwd = z.p, vBckFwd = vFwdFwd, pBckBck = z.p, vBckBck = vFwdFwd, rho = z.p;
    double logWeight = 0, energy0 = hamiltonian(z), metro = 0;
    leapfrogs = 0;
    divergent = false;
    int depth = 0;
    while (depth < maxDepth) {
      Vector rhoFwd(n, 0.0), rhoBck(n, 0.0);
      double subtree = -INFINITY;
      bool valid;
      if (random.uniform() > 0.5) {
        z = forward;
        rhoBck = rho;
        pBckFwd = pFwdFwd;
        vBckFwd = vFwdFwd;
        valid =
            build(depth, z, propose, vFwdBck, vFwdFwd, rhoFwd, pFwdBck, pFwdFwd, energy0, 1, subtree, metro);
        forward = z;
      } else {
        z = backward;
        rhoFwd = rho;
        pFwdBck = pBckBck;
        vFwdBck = vBckBck;
        valid =
            build(depth, z, propose, vBckFwd, vBckBck, rhoBck, pBckFwd, pBckBck, energy0, -1, subtree, metro);
        backward = z;
      }
      if (!valid)
        break;
      ++depth;
      if (subtree > logWeight || random.uniform() < std::exp(subtree - logWeight))
        sample = propose;
      logWeight = logSumExp(logWeight, subtree);
      rho = plus(rhoBck, rhoFwd);
      if (!criterion(vBckBck, vFwdFwd, rho) || !criterion(vBckBck, vFwdBck, plus(rhoBck, pFwdBck)) ||
          !criterion(vBckFwd, vFwdFwd, plus(rhoFwd, pBckFwd)))
        break;
    }
    position = sample.q;
    return {sample.lp, metro / leapfrogs, epsilon, depth, leapfrogs, divergent, hamiltonian(sample)};
  }

private:
  static double logSumExp(double a, double b) {
    double top = std::max(a, b);
    return top == -INFINITY ? top : top + std::log(std::exp(a - top) + std::exp(b - top));
  }
  Vector velocity(const Vector &p) const {
    Vector v(n);
    for (int64_t i = 0; i < n; ++i)
      v[i] = inverse[i] * p[i];
    return v;
  }
  Vector plus(const Vector &a, const Vector &b) const {
    Vector c(n);
    for (int64_t i = 0; i < n; ++i)
      c[i] = a[i] + b[i];
    return c;
  }
  static double inner(const Vector &a, const Vector &b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
      sum += a[i] * b[i];
    return sum;
  }
  double hamiltonian(const State &z) const { return 0.5 * inner(z.p, velocity(z.p)) - z.lp; }
  static bool criterion(const Vector &begin, const Vector &end, const Vector &rho) {
    return inner(begin, rho) > 0 && inner(end, rho) > 0;
  }

  bool build(int depth, State &z, State &propose, Vector &vBegin, Vector &vEnd, Vector &rho, Vector &pBegin,
             Vector &pEnd, double energy0, int sign, double &logWeight, double &metro) {
    if (depth == 0) {
      double step = sign * epsilon;
      for (int64_t i = 0; i < n; ++i)
        z.p[i] += 0.5 * step * z.g[i];
      Vector v = velocity(z.p);
      for (int64_t i = 0; i < n; ++i)
        z.q[i] += step * v[i];
      z.lp = target.gradient(z.q.data(), z.g.data());
      for (int64_t i = 0; i < n; ++i)
        z.p[i] += 0.5 * step * z.g[i];
      ++leapfrogs;
      double energy = hamiltonian(z);
      if (std::isnan(energy))
        energy = INFINITY;
      divergent |= energy - energy0 > 1000;
      logWeight = logSumExp(logWeight, energy0 - energy);
      metro += std::min(1.0, std::exp(energy0 - energy));
      propose = z;
      vBegin = vEnd = velocity(z.p);
      rho = plus(rho, z.p);
      pBegin = pEnd = z.p;
      return !divergent;
    }
    Vector vInitEnd(n), pInitEnd(n), rhoInit(n, 0.0), vFinalBegin(n), pFinalBegin(n), rhoFinal(n, 0.0);
    double init = -INFINITY, final = -INFINITY;
    if (!build(depth - 1, z, propose, vBegin, vInitEnd, rhoInit, pBegin, pInitEnd, energy0, sign, init,
               metro))
      return false;
    State proposeFinal = z;
    if (!build(depth - 1, z, proposeFinal, vFinalBegin, vEnd, rhoFinal, pFinalBegin, pEnd, energy0, sign,
               final, metro))
      return false;
    double subtree = logSumExp(init, final);
    logWeight = logSumExp(logWeight, subtree);
    if (random.uniform() < std::exp(final - subtree))
      propose = proposeFinal;
    Vector whole = plus(rhoInit, rhoFinal);
    rho = plus(rho, whole);
    return criterion(vBegin, vEnd, whole) && criterion(vBegin, vFinalBegin, plus(rhoInit, pFinalBegin)) &&
           criterion(vInitEnd, vEnd, plus(rhoFinal, pInitEnd));
  }

  LogDensity &target;
  random::Stream &random;
  Vector inverse;
  int maxDepth;
  int64_t n;
  double epsilon = 0;
  int leapfrogs = 0;
  bool divergent = false;
};

/// Runs both samplers from the same point with the same random numbers.
void compare(Target target, Vector start, double stepSize, int maxDepth, int iterations, double tolerance) {
  uint64_t seed = tests::seedOfTest();
  random::Stream a(seed), b(seed);
  Nuts sampler(target, a, MetricKind::Diagonal, maxDepth);
  Vector inverse(start.size());
  for (size_t i = 0; i < start.size(); ++i)
    inverse[i] = 0.5 + double(i);
  sampler.metric().setInverse(inverse.data());
  sampler.stepSize = stepSize;
  Reference reference(target, b, inverse, maxDepth);
  Vector position = start;
  int depths[16] = {};
  for (int i = 0; i < iterations; ++i) {
    // Chaos would carry the differences of rounding on: begin each transition at the same place.
    ASSERT_TRUE(sampler.setPosition(position.data()));
    Transition mine = sampler.transition(), other = reference.transition(position, stepSize);
    ASSERT_EQ(mine.depth, other.depth) << "iteration " << i;
    ASSERT_EQ(mine.leapfrogs, other.leapfrogs);
    ASSERT_EQ(mine.divergent, other.divergent);
    ASSERT_NEAR(mine.acceptStat, other.acceptStat, tolerance);
    ASSERT_NEAR(mine.energy, other.energy, tolerance * (1 + std::fabs(other.energy)));
    ASSERT_NEAR(mine.logDensity, other.logDensity, tolerance * (1 + std::fabs(other.logDensity)));
    for (size_t k = 0; k < position.size(); ++k)
      ASSERT_NEAR(sampler.position()[k], position[k], tolerance * (1 + std::fabs(position[k])));
    ++depths[mine.depth];
  }
  int seen = 0;
  for (int count : depths)
    seen += count > 0;
  EXPECT_GE(seen, 2); // trees of several depths were compared
}

/// Checks mean and second moment of each coordinate after warm-up.
void checkGaussian(MetricKind kind) {
  std::vector<diagnostics::Chains> draws(gaussianSize), squares(gaussianSize);
  for (int chain = 0; chain < 4; ++chain) {
    Target target = gaussian();
    random::Stream random(tests::seedOfTest(), random::streamId(random::Purpose::Sampler, chain));
    Nuts sampler(target, random, kind);
    double start[gaussianSize] = {1, 1, 1, 1, 1};
    ASSERT_TRUE(sampler.setPosition(start));
    AdaptiveNuts adaptive(sampler, {}, 1000);
    adaptive.begin();
    for (int i = 0; i < 1000; ++i)
      adaptive.warmUp();
    adaptive.end();
    for (int k = 0; k < gaussianSize; ++k) {
      draws[k].emplace_back();
      squares[k].emplace_back();
    }
    double acceptance = 0;
    for (int i = 0; i < 2000; ++i) {
      Transition transition = sampler.transition();
      acceptance += transition.acceptStat / 2000;
      EXPECT_FALSE(transition.divergent);
      for (int k = 0; k < gaussianSize; ++k) {
        double q = sampler.position()[k];
        draws[k].back().push_back(q);
        squares[k].back().push_back(q * q);
      }
    }
    EXPECT_GT(acceptance, 0.7);
    EXPECT_LT(acceptance, 0.97);
  }
  for (int k = 0; k < gaussianSize; ++k) {
    diagnostics::Statistics mean = diagnostics::statistics(draws[k]),
                            square = diagnostics::statistics(squares[k]);
    EXPECT_LT(std::fabs(mean.mean) / mean.mcse, 5);
    EXPECT_LT(std::fabs(square.mean - (k + 1) * scales[k] * scales[k]) / square.mcse, 5)
        << "coordinate " << k;
    EXPECT_LT(mean.rHat, 1.02);
    EXPECT_GT(mean.essBulk, 800);
  }
}

} // namespace

TEST(Nuts, AgreesWithItsDefinitionOnAFunnel) { compare(funnel(), {0.5, 0.3, -0.2}, 0.35, 10, 400, 1e-7); }

TEST(Nuts, AgreesWithItsDefinitionOnAGaussian) {
  compare(Target(4,
                 [](const double *q, double *g) {
                   double lp = 0;
                   for (int i = 0; i < 4; ++i) {
                     lp -= 0.5 * q[i] * q[i] / (i + 1);
                     g[i] = -q[i] / (i + 1);
                   }
                   return lp;
                 }),
          {0, 0, 0, 0}, 0.4, 3, 400, 1e-9);
}

// Far out in the tails weights are beyond the range of double.
TEST(Nuts, AgreesWithItsDefinitionFarAway) {
  compare(Target(2,
                 [](const double *q, double *g) {
                   g[0] = -q[0];
                   g[1] = -q[1];
                   return -0.5 * (q[0] * q[0] + q[1] * q[1]);
                 }),
          {100, -100}, 0.6, 8, 200, 1e-6);
}

TEST(Nuts, DiagonalMetricOnAGaussian) { checkGaussian(MetricKind::Diagonal); }
TEST(Nuts, DenseMetricOnAGaussian) { checkGaussian(MetricKind::Dense); }

TEST(Nuts, ImpossibleRegionsAreNeverEntered) {
  Target half(1, [](const double *q, double *g) {
    g[0] = -1;
    return q[0] > 0 ? -q[0] : -std::numeric_limits<double>::infinity();
  });
  random::Stream random(tests::seedOfTest());
  Nuts sampler(half, random, MetricKind::Unit);
  double q = 1;
  ASSERT_TRUE(sampler.setPosition(&q));
  sampler.stepSize = 0.7;
  int divergences = 0;
  diagnostics::Chains draws(1);
  for (int i = 0; i < 20000; ++i) {
    Transition transition = sampler.transition();
    divergences += transition.divergent;
    ASSERT_GT(sampler.position()[0], 0);
    ASSERT_TRUE(std::isfinite(transition.energy));
    draws[0].push_back(sampler.position()[0]);
  }
  EXPECT_GT(divergences, 0);
  EXPECT_FALSE(sampler.setPosition(&(q = -1)));
}

TEST(Nuts, NaNIsARejection) {
  Target bad(2, [](const double *q, double *g) {
    g[0] = -q[0];
    g[1] = -q[1];
    return q[0] > 0.5 ? std::nan("") : -0.5 * (q[0] * q[0] + q[1] * q[1]);
  });
  random::Stream random(tests::seedOfTest());
  Nuts sampler(bad, random, MetricKind::Diagonal);
  double q[] = {0, 0};
  ASSERT_TRUE(sampler.setPosition(q));
  sampler.stepSize = 0.5;
  for (int i = 0; i < 1000; ++i) {
    Transition transition = sampler.transition();
    ASSERT_LE(sampler.position()[0], 0.5);
    ASSERT_GE(transition.acceptStat, 0);
    ASSERT_LE(transition.acceptStat, 1);
  }
}

TEST(Nuts, StepSizeIsFoundFromAnywhere) {
  Target narrow(1, [](const double *q, double *g) {
    g[0] = -q[0] * 1e8;
    return -0.5 * q[0] * q[0] * 1e8;
  });
  random::Stream random(tests::seedOfTest());
  Nuts sampler(narrow, random, MetricKind::Unit);
  double q = 1e-4;
  ASSERT_TRUE(sampler.setPosition(&q));
  for (double begin : {1.0, 1e-9}) {
    sampler.stepSize = begin;
    sampler.findStepSize();
    EXPECT_GT(sampler.stepSize, 1e-5);
    EXPECT_LT(sampler.stepSize, 1e-3);
  }
  Target flat(1, [](const double *, double *g) { return g[0] = 0; });
  Nuts lost(flat, random, MetricKind::Unit);
  ASSERT_TRUE(lost.setPosition(&q));
  EXPECT_EQ(tests::errorOf([&] { lost.findStepSize(); }),
            "no step size is large enough: the posterior is improper");
}
