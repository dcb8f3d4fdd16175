//===- Chain.cpp - one chain ----------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Chain.h"
#include "runtime/Error.h"
#include "runtime/inference/CsvHeader.h"
#include "runtime/inference/Initialize.h"
#include "runtime/io/CsvWriter.h"
#include "runtime/io/SourceLine.h"
#include "runtime/profile/Profiler.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <optional>

using namespace astragal;
using namespace astragal::inference;

AdaptiveNuts::AdaptiveNuts(Nuts &sampler, const AdaptationOptions &options, int numWarmup)
    : sampler(sampler), average(options), schedule(numWarmup, options),
      estimator(sampler.metric().kind(), sampler.metric().dimension()), inverse(sampler.metric().inverse()) {}

void AdaptiveNuts::begin() {
  average.restart(sampler.stepSize);
  sampler.findStepSize();
}

Transition AdaptiveNuts::warmUp() {
  Transition transition = sampler.transition();
  sampler.stepSize = average.learn(transition.acceptStat);
  if (sampler.metric().kind() != MetricKind::Unit) {
    if (schedule.collects())
      estimator.add(sampler.position());
    if (schedule.endsWindow()) {
      estimator.finish(inverse.data());
      sampler.metric().setInverse(inverse.data());
      sampler.findStepSize();
      average.restart(sampler.stepSize);
    }
    schedule.advance();
  }
  return transition;
}

void AdaptiveNuts::end() { sampler.stepSize = average.final(); }

std::vector<std::string> astragal::inference::samplerColumnNames(bool fixedParam) {
  if (fixedParam)
    return {"lp__", "accept_stat__"};
  return {"lp__", "accept_stat__", "stepsize__", "treedepth__", "n_leapfrog__", "divergent__", "energy__"};
}

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// An iteration in the trace of a profile, if there is one.
class ProfiledIteration {
public:
  ProfiledIteration(const model::Evaluation &evaluation, int number, int count)
      : recorder(evaluation.profile()), number(number) {
    if (recorder)
      recorder->beginIteration(number, count);
  }
  ~ProfiledIteration() {
    if (recorder)
      recorder->endIteration(number);
  }

private:
  profile::Recorder *recorder;
  int number;
};

/// What a chain has while it runs. Iterations touch memory that is here already.
class ChainRun {
public:
  ChainRun(const model::Model &model, const SampleOptions &options, int index, const pool::ThreadTeam &team,
           const std::atomic<bool> &stop, Progress &progress, Report &report)
      : model(model), options(options), stop(stop), progress(progress), evaluation(model, &team),
        rejections(report, options.firstChain + index), density(evaluation, &rejections, options.traceNans),
        random(options.seed, random::streamId(random::Purpose::Sampler, options.firstChain + index)),
        fixed(options.fixedParam || model.dimension() == 0),
        samplerColumns(int(samplerColumnNames(fixed).size())), row(samplerColumns + model.numOutputValues()),
        values(model.numOutputValues()) {
    result.id = options.firstChain + index;
    if (profile::Recorder *recorder = evaluation.profile())
      recorder->setName("chain " + std::to_string(result.id), result.id);
    if (options.keepDraws)
      result.values.reserve(size_t(plannedRows()) * row.size());
    if (options.csvPath.empty())
      return;
    result.csvFile = chainFile(options.csvPath, result.id, options.chains);
    csv.emplace(result.csvFile, options.digits);
    for (const std::string &line : csvHeader(model, options, result.id))
      csv->comment(line);
    std::vector<std::string> names = samplerColumnNames(fixed);
    names.insert(names.end(), model.columnNames().begin(), model.columnNames().end());
    csv->header(names);
  }

  ChainDraws run(const io::Data *inits) {
    random::Stream initial(options.seed, random::streamId(random::Purpose::Initial, result.id));
    std::vector<double> q = initialize(evaluation, initial, options.initRadius, inits, options.traceNans);
    try {
      if (fixed)
        runFixed(q);
      else
        runNuts(q);
    } catch (const Error &error) {
      if (error.kind() != Error::Kind::Model)
        throw;
      throw Error(error.kind(), io::appendToFirstLine(error.what(), " (" + rejections.place() + ")"));
    }
    finishCsv();
    result.checks = rejections.counts(model);
    return std::move(result);
  }

private:
  int64_t plannedRows() const {
    auto kept = [&](int iterations) { return (int64_t(iterations) + options.thin - 1) / options.thin; };
    return kept(options.numSamples) + (options.saveWarmup && !fixed ? kept(options.numWarmup) : 0);
  }

  /// What is drawn so far is of no use to anybody.
  bool mustDiscard() const {
    return stop.load(std::memory_order_relaxed) ||
           (options.cancel && options.cancel->load(std::memory_order_relaxed));
  }

  bool stopped() const {
    return mustDiscard() || (options.interrupt && options.interrupt->load(std::memory_order_relaxed));
  }

  void tick(int iteration) {
    ++iterations;
    if (options.refresh > 0 && (iteration + 1) % options.refresh == 0)
      progress.advance(options.refresh);
  }

  void runNuts(const std::vector<double> &q) {
    Nuts sampler(density, random, options.metric, options.maxDepth);
    sampler.stepSize = options.stepSize;
    sampler.jitter = options.stepSizeJitter;
    if (!options.inverseMetric.empty())
      sampler.metric().setInverse(options.inverseMetric.data());
    sampler.setPosition(q.data());

    Clock::time_point begin = Clock::now();
    AdaptiveNuts adaptive(sampler, options.adaptation, options.numWarmup);
    bool adapt = options.adaptation.engaged && options.numWarmup > 0;
    if (adapt)
      adaptive.begin();
    for (int i = 0; i < options.numWarmup && !stopped(); ++i) {
      rejections.moveTo(Rejections::Stage::Warmup, i + 1);
      ProfiledIteration profiled(evaluation, i, options.numWarmup + options.numSamples);
      Transition transition = adapt ? adaptive.warmUp() : sampler.transition();
      result.warmupLeapfrogs += transition.leapfrogs;
      if (options.saveWarmup && i % options.thin == 0) {
        record(transition, sampler.position(), i);
        ++result.warmupRows;
      }
      tick(i);
    }
    if (adapt)
      adaptive.end();
    result.warmupSeconds = secondsSince(begin);
    result.stepSize = sampler.stepSize;
    result.inverseMetric = sampler.metric().inverse();
    writeAdaptation(sampler.metric());

    density.resetRejections();
    begin = Clock::now();
    for (int i = 0; i < options.numSamples && !stopped(); ++i) {
      rejections.moveTo(Rejections::Stage::Sampling, i + 1);
      ProfiledIteration profiled(evaluation, options.numWarmup + i, options.numWarmup + options.numSamples);
      Transition transition = sampler.transition();
      result.sampleLeapfrogs += transition.leapfrogs;
      result.divergences += transition.divergent;
      result.depthHits += transition.depth >= options.maxDepth;
      if (i % options.thin == 0)
        record(transition, sampler.position(), options.numWarmup + i);
      tick(options.numWarmup + i);
    }
    result.sampleSeconds = secondsSince(begin);
    result.rejections = density.rejections();
    if (result.rejections)
      result.rejection = model.checkMessage(density.firstRejection());
  }

  void runFixed(const std::vector<double> &q) {
    Clock::time_point begin = Clock::now();
    for (int i = 0; i < options.numSamples && !stopped(); ++i) {
      ProfiledIteration profiled(evaluation, i, options.numSamples);
      if (i % options.thin == 0)
        record({}, q.data(), options.numWarmup + i);
      tick(i);
    }
    result.sampleSeconds = secondsSince(begin);
  }

  void record(const Transition &transition, const double *q, int iteration) {
    row[0] = transition.logDensity;
    row[1] = transition.acceptStat;
    if (!fixed) {
      row[2] = transition.stepSize;
      row[3] = transition.depth;
      row[4] = transition.leapfrogs;
      row[5] = transition.divergent;
      row[6] = transition.energy;
    }
    fillOutputs(q, iteration);
    double *out = row.data() + samplerColumns;
    const std::vector<int64_t> &order = model.columnOrder();
    for (size_t i = 0; i < values.size(); ++i)
      out[i] = values[order.empty() ? i : order[i]];
    ++result.rows;
    if (options.keepDraws)
      result.values.insert(result.values.end(), row.begin(), row.end());
    if (csv)
      csv->row(row.data(), row.size());
  }

  /// Where generated quantities fail, they are NaN, and the parameters stay.
  void fillOutputs(const double *q, int iteration) {
    uint64_t stream = random::streamId(random::Purpose::Generated, result.id, iteration);
    bool done = model.hasGenerated() ? evaluation.generate(q, values.data(), options.seed, stream)
                                     : evaluation.constrain(q, values.data());
    if (done)
      return;
    bool isWarmup = iteration < options.numWarmup;
    rejections.moveTo(isWarmup ? Rejections::Stage::Warmup : Rejections::Stage::Sampling,
                      iteration + 1 - (isWarmup ? 0 : options.numWarmup));
    rejections.note(evaluation);
    if (result.generateFailures++ == 0)
      result.generateFailure = evaluation.failure();
    bool constrained = model.hasGenerated() && evaluation.constrain(q, values.data());
    std::fill(values.begin() + (constrained ? model.numConstrainedValues() : 0), values.end(),
              std::numeric_limits<double>::quiet_NaN());
  }

  void writeAdaptation(const Metric &metric) {
    if (!csv)
      return;
    char buffer[32];
    csv->comment("Adaptation terminated");
    csv->comment("Step size = " +
                 std::string(buffer, io::formatNumber(buffer, result.stepSize, options.digits)));
    size_t size = metric.dimension();
    if (!metric.isDense()) {
      csv->comment("Diagonal elements of inverse mass matrix:");
      csv->commentNumbers(metric.inverse().data(), size);
      return;
    }
    csv->comment("Elements of inverse mass matrix:");
    for (size_t i = 0; i < size; ++i)
      csv->commentNumbers(metric.inverse().data() + i * size, size);
  }

  void finishCsv() {
    int64_t planned = int64_t(options.numSamples) + (fixed ? 0 : options.numWarmup);
    result.isPartial = iterations < planned;
    if (!csv)
      return;
    if (result.isPartial) {
      bool keep = result.rows > 0 && !mustDiscard();
      if (keep) {
        csv->comment("Interrupted after " + std::to_string(iterations) + " of " + std::to_string(planned) +
                     " iterations");
        csv->commitPartial();
      }
      result.csvFile = keep ? io::partialFile(result.csvFile) : "";
      return csv.reset();
    }
    char line[64];
    csv->comment("");
    std::snprintf(line, sizeof line, " Elapsed Time: %.3f seconds (Warm-up)", result.warmupSeconds);
    csv->comment(line);
    std::snprintf(line, sizeof line, "               %.3f seconds (Sampling)", result.sampleSeconds);
    csv->comment(line);
    std::snprintf(line, sizeof line, "               %.3f seconds (Total)",
                  result.warmupSeconds + result.sampleSeconds);
    csv->comment(line);
    csv->comment("");
    csv->commit();
  }

  const model::Model &model;
  const SampleOptions &options;
  const std::atomic<bool> &stop;
  Progress &progress;
  model::Evaluation evaluation;
  Rejections rejections;
  ModelDensity density;
  random::Stream random;
  bool fixed;
  int samplerColumns;
  std::vector<double> row, values;
  std::optional<io::CsvWriter> csv;
  int64_t iterations = 0; ///< that are over
  ChainDraws result;
};

} // namespace

ChainDraws astragal::inference::runChain(const model::Model &model, const SampleOptions &options, int index,
                                         const pool::ThreadTeam &team, const std::atomic<bool> &stop,
                                         Progress &progress, Report &report) {
  const io::Data *inits = options.inits.empty()       ? nullptr
                          : options.inits.size() == 1 ? &options.inits[0]
                                                      : &options.inits[index];
  return ChainRun(model, options, index, team, stop, progress, report).run(inits);
}
