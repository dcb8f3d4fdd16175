//===- Nuts.h - the no-U-turn sampler ---------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Nuts: Stan's multinomial variant of the no-U-turn sampler (Hoffman and Gelman 2014,
// Betancourt 2017), with uniform sampling within subtrees, biased progressive sampling between them, and the
// generalised criterion checked across the seam of two subtrees too.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_NUTS_H
#define ASTRAGAL_RUNTIME_INFERENCE_NUTS_H

#include "runtime/inference/LogDensity.h"
#include "runtime/inference/Metric.h"
#include "runtime/pool/WorkspacePool.h"
#include "runtime/random/Stream.h"

#include <cstdint>
#include <vector>

namespace astragal::inference {

/// What a transition was like.
struct Transition {
  double logDensity; ///< at the new point
  double acceptStat; ///< mean over the trajectory of min(1, exp(H0 - H))
  double stepSize;
  int depth;      ///< doublings that were completed
  int leapfrogs;  ///< gradients that were computed
  bool divergent; ///< the energy rose by more than 1000
  double energy;  ///< of the new point, with the momentum it was reached with
};

/// All memory is taken when it is made: transitions do not allocate.
class Nuts {
public:
  Nuts(LogDensity &target, random::Stream &random, MetricKind kind, int maxDepth = 10);

  /// Moves to `q` (dimension values) and evaluates there. False if the log density or a gradient is not
  /// finite.
  bool setPosition(const double *q);
  const double *position() const { return current.q; }
  const double *gradient() const { return current.gradient; }
  double logDensity() const { return current.logDensity; }

  /// Doubles or halves the step size until one step's acceptance probability crosses 0.8.
  /// Throws Error (Model) where no step size is found.
  void findStepSize();

  Transition transition();

  Metric &metric() { return mass; }
  const Metric &metric() const { return mass; }

  double stepSize = 1;
  double jitter = 0; ///< each transition's step size is uniform within (1 - jitter, 1 + jitter) * stepSize

private:
  /// A point of phase space that moves.
  struct State {
    double *q, *p, *gradient;
    double logDensity;
  };
  /// A point that may become the next draw.
  struct Point {
    double *q, *gradient;
    double logDensity, energy;
  };
  /// What a subtree tells of itself: momentum p and velocity v at both ends in the order of integration, and
  /// the sum of momenta.
  struct Span {
    double *pBegin, *vBegin, *pEnd, *vEnd, *rho;
  };
  /// Scratch of one level of the recursion.
  struct Level {
    double *pInitEnd, *vInitEnd, *rhoInit, *pFinalBegin, *vFinalBegin, *rhoFinal;
    Point proposal;
    double initWeight;
  };

  void leapfrog(State &state, double step, double *p, double *v, double &kinetic);
  bool leaf(State &state, double *p, double *v, double &weight, double &energy);
  bool buildTree(int depth, State &state, Point &proposal, const Span &span, double &weight);
  bool buildPair(State &state, Point &proposal, const Span &span, double &weight);
  bool goesOn(const double *vBegin, const double *vEnd, const double *rho) const;
  bool goesOn(const double *vBegin, const double *vEnd, const double *rho, const double *extra) const;
  void copyVector(const double *from, double *to) const;
  void capture(const State &state, double energy, Point &point) const;
  double oneStepChange();

  LogDensity &target;
  random::Stream &random;
  Metric mass;
  int64_t dimension;
  int maxDepth;
  pool::Block memory;
  std::vector<Level> levels;

  Point current, proposal;
  State forward, backward;
  double *pForwardEnd, *vForwardEnd, *pForwardBegin, *vForwardBegin;
  double *pBackwardEnd, *vBackwardEnd, *pBackwardBegin, *vBackwardBegin;
  double *rho, *rhoForward, *rhoBackward;

  // Of the transition that runs.
  double epsilon, initialEnergy, reference, treeWeight, acceptSum;
  int leapfrogs;
  bool divergent;
};

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_NUTS_H
