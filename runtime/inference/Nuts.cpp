//===- Nuts.cpp - the no-U-turn sampler -----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights of points are exp(H0 - H - reference), kept as they are and not as logarithms, so that a leaf costs
// one exponential and an inner node none. The reference is 0 until a point is so much better than the first
// one that its weight would overflow; then all weights that are alive are scaled.
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Nuts.h"
#include "runtime/Error.h"
#include "runtime/inference/VectorOps.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

using namespace astragal;
using namespace astragal::inference;

static constexpr double infinity = std::numeric_limits<double>::infinity();
static constexpr double maxEnergyRise = 1000;
static constexpr double maxExponent = 500;

Nuts::Nuts(LogDensity &target, random::Stream &random, MetricKind kind, int maxDepth)
    : target(target), random(random), mass(kind, target.dimension()), dimension(target.dimension()),
      maxDepth(maxDepth), levels(maxDepth) {
  size_t stride = (size_t(dimension) + 7) / 8 * 8;
  size_t vectors = 21 + 8 * levels.size();
  memory = pool::Block(std::max<size_t>(64, vectors * stride * sizeof(double)));
  double *next = static_cast<double *>(memory.data());
  std::fill(next, next + vectors * stride, 0.0);
  auto take = [&] { return std::exchange(next, next + stride); };
  for (Point *point : {&current, &proposal})
    *point = {take(), take(), 0, 0};
  for (State *state : {&forward, &backward})
    *state = {take(), take(), take(), 0};
  for (double **vector : {&pForwardEnd, &vForwardEnd, &pForwardBegin, &vForwardBegin, &pBackwardEnd,
                          &vBackwardEnd, &pBackwardBegin, &vBackwardBegin, &rho, &rhoForward, &rhoBackward})
    *vector = take();
  for (Level &level : levels)
    level = {take(), take(), take(), take(), take(), take(), {take(), take(), 0, 0}, 0};
}

void Nuts::copyVector(const double *from, double *to) const { std::copy(from, from + dimension, to); }

bool Nuts::setPosition(const double *q) {
  copyVector(q, current.q);
  current.logDensity = target.gradient(current.q, current.gradient);
  bool finite = std::isfinite(current.logDensity);
  for (int64_t i = 0; i < dimension; ++i)
    finite &= std::isfinite(current.gradient[i]);
  return finite;
}

/// One step; writes the new momentum to `p`, the new velocity to `v` and twice the kinetic energy.
void Nuts::leapfrog(State &state, double step, double *p, double *v, double &kinetic) {
  double *q = state.q, *momentum = state.p, *g = state.gradient;
  const int64_t n = dimension;
  const double half = 0.5 * step;
  if (mass.isDense()) {
    for (int64_t i = 0; i < n; ++i)
      momentum[i] += half * g[i];
    mass.velocity(momentum, v);
    for (int64_t i = 0; i < n; ++i)
      q[i] += step * v[i];
    state.logDensity = target.gradient(q, g);
    for (int64_t i = 0; i < n; ++i)
      p[i] = momentum[i] += half * g[i];
    mass.velocity(momentum, v);
    kinetic = dot(p, v, n);
    return;
  }
  const double *inverse = mass.inverse().data();
  for (int64_t i = 0; i < n; ++i) {
    double m = momentum[i] + half * g[i];
    momentum[i] = m;
    q[i] += step * (inverse[i] * m);
  }
  state.logDensity = target.gradient(q, g);
  for (int64_t i = 0; i < n; ++i) {
    double m = momentum[i] + half * g[i];
    momentum[i] = m;
    p[i] = m;
    v[i] = inverse[i] * m;
  }
  kinetic = dot(p, v, n);
}

/// A step of the trajectory. False if it diverges.
bool Nuts::leaf(State &state, double *p, double *v, double &weight, double &energy) {
  double kinetic;
  leapfrog(state, epsilon, p, v, kinetic);
  ++leapfrogs;
  energy = 0.5 * kinetic - state.logDensity;
  if (std::isnan(energy) || energy == -infinity)
    energy = infinity;
  double gain = initialEnergy - energy;
  if (-gain > maxEnergyRise) {
    divergent = true;
    return false;
  }
  if (gain - reference > maxExponent) {
    double scale = std::exp(reference - gain);
    reference = gain;
    treeWeight *= scale;
    for (Level &level : levels)
      level.initWeight *= scale;
  }
  weight = std::exp(gain - reference);
  acceptSum += gain >= 0 ? 1 : reference == 0 ? weight : std::exp(gain);
  return true;
}

void Nuts::capture(const State &state, double energy, Point &point) const {
  copyVector(state.q, point.q);
  copyVector(state.gradient, point.gradient);
  point.logDensity = state.logDensity;
  point.energy = energy;
}

/// Whether the distance between the ends still grows at both of them.
bool Nuts::goesOn(const double *vBegin, const double *vEnd, const double *momentum) const {
  return dot(vBegin, momentum, dimension) > 0 && dot(vEnd, momentum, dimension) > 0;
}

/// The same for the sum of two vectors.
bool Nuts::goesOn(const double *vBegin, const double *vEnd, const double *momentum,
                  const double *extra) const {
  return sum(dimension, [=](int64_t i) { return vBegin[i] * (momentum[i] + extra[i]); }) > 0 &&
         sum(dimension, [=](int64_t i) { return vEnd[i] * (momentum[i] + extra[i]); }) > 0;
}

/// A subtree of two points, the most frequent one: its seam is the tree itself, so that one check is enough.
bool Nuts::buildPair(State &state, Point &point, const Span &span, double &weight) {
  double energy, second;
  double &first = levels[1].initWeight;
  if (!leaf(state, span.pBegin, span.vBegin, first, energy))
    return false;
  capture(state, energy, point);
  if (!leaf(state, span.pEnd, span.vEnd, second, energy))
    return false;
  weight = first + second;
  if (random.uniform() * weight < second)
    capture(state, energy, point);
  for (int64_t i = 0; i < dimension; ++i)
    span.rho[i] = span.pBegin[i] + span.pEnd[i];
  return goesOn(span.vBegin, span.vEnd, span.rho);
}

/// Adds 2^depth points. False if the subtree diverges or turns, which ends the transition.
bool Nuts::buildTree(int depth, State &state, Point &point, const Span &span, double &weight) {
  if (depth == 1)
    return buildPair(state, point, span, weight);
  if (depth == 0) {
    double energy;
    if (!leaf(state, span.pEnd, span.vEnd, weight, energy))
      return false;
    capture(state, energy, point);
    for (double *vector : {span.pBegin, span.rho})
      copyVector(span.pEnd, vector);
    copyVector(span.vEnd, span.vBegin);
    return true;
  }

  Level &level = levels[depth];
  double initWeight, finalWeight;
  if (!buildTree(depth - 1, state, point,
                 {span.pBegin, span.vBegin, level.pInitEnd, level.vInitEnd, level.rhoInit}, initWeight))
    return false;
  level.initWeight = initWeight;
  if (!buildTree(depth - 1, state, level.proposal,
                 {level.pFinalBegin, level.vFinalBegin, span.pEnd, span.vEnd, level.rhoFinal}, finalWeight))
    return false;
  weight = level.initWeight + finalWeight;
  if (random.uniform() * weight < finalWeight)
    std::swap(point, level.proposal);
  for (int64_t i = 0; i < dimension; ++i)
    span.rho[i] = level.rhoInit[i] + level.rhoFinal[i];
  return goesOn(span.vBegin, span.vEnd, span.rho) &&
         goesOn(span.vBegin, level.vFinalBegin, level.rhoInit, level.pFinalBegin) &&
         goesOn(level.vInitEnd, span.vEnd, level.rhoFinal, level.pInitEnd);
}

Transition Nuts::transition() {
  double step = stepSize;
  if (jitter > 0)
    step *= 1 + jitter * (2 * random.uniform() - 1);

  mass.sampleMomentum(random, pForwardEnd);
  mass.velocity(pForwardEnd, vForwardEnd);
  copyVector(pForwardEnd, pBackwardEnd);
  copyVector(vForwardEnd, vBackwardEnd);
  copyVector(pForwardEnd, rho);
  for (State *state : {&forward, &backward}) {
    copyVector(current.q, state->q);
    copyVector(current.gradient, state->gradient);
    copyVector(pForwardEnd, state->p);
    state->logDensity = current.logDensity;
  }
  initialEnergy = 0.5 * dot(pForwardEnd, vForwardEnd, dimension) - current.logDensity;
  current.energy = initialEnergy;
  reference = acceptSum = 0;
  treeWeight = 1;
  leapfrogs = 0;
  divergent = false;

  int depth = 0;
  while (depth < maxDepth) {
    double weight;
    bool valid;
    if (random.uniform() > 0.5) {
      // What was the whole tree is now its backward part.
      std::swap(rhoBackward, rho);
      std::swap(pBackwardBegin, pForwardEnd);
      std::swap(vBackwardBegin, vForwardEnd);
      epsilon = step;
      valid = buildTree(depth, forward, proposal,
                        {pForwardBegin, vForwardBegin, pForwardEnd, vForwardEnd, rhoForward}, weight);
    } else {
      std::swap(rhoForward, rho);
      std::swap(pForwardBegin, pBackwardEnd);
      std::swap(vForwardBegin, vBackwardEnd);
      epsilon = -step;
      valid = buildTree(depth, backward, proposal,
                        {pBackwardBegin, vBackwardBegin, pBackwardEnd, vBackwardEnd, rhoBackward}, weight);
    }
    if (!valid)
      break;
    ++depth;
    if (weight > treeWeight || random.uniform() * treeWeight < weight)
      std::swap(current, proposal);
    treeWeight += weight;
    for (int64_t i = 0; i < dimension; ++i)
      rho[i] = rhoBackward[i] + rhoForward[i];
    if (!goesOn(vBackwardEnd, vForwardEnd, rho) ||
        !goesOn(vBackwardEnd, vForwardBegin, rhoBackward, pForwardBegin) ||
        !goesOn(vBackwardBegin, vForwardEnd, rhoForward, pBackwardBegin))
      break;
  }
  return {current.logDensity, leapfrogs ? acceptSum / leapfrogs : 0, step, depth, leapfrogs, divergent,
          current.energy};
}

/// The fall of energy in one step from the current point with a fresh momentum.
double Nuts::oneStepChange() {
  mass.sampleMomentum(random, forward.p);
  mass.velocity(forward.p, vForwardEnd);
  double before = 0.5 * dot(forward.p, vForwardEnd, dimension) - current.logDensity;
  copyVector(current.q, forward.q);
  copyVector(current.gradient, forward.gradient);
  double kinetic;
  leapfrog(forward, stepSize, pForwardEnd, vForwardEnd, kinetic);
  double change = before - (0.5 * kinetic - forward.logDensity);
  return std::isnan(change) ? -infinity : change;
}

void Nuts::findStepSize() {
  if (stepSize == 0 || stepSize > 1e7 || std::isnan(stepSize) || dimension == 0)
    return;
  const double target = std::log(0.8);
  bool grow = oneStepChange() > target;
  for (;;) {
    double change = oneStepChange();
    if (grow ? !(change > target) : !(change < target))
      return;
    stepSize *= grow ? 2 : 0.5;
    if (stepSize > 1e7)
      throw Error(Error::Kind::Model, "no step size is large enough: the posterior is improper");
    if (stepSize == 0)
      throw Error(Error::Kind::Model, "no step size is small enough: the posterior may not be continuous");
  }
}
