//===- Trial.cpp - one program, compiled in several ways ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Trial.h"

#include "Random.h"
#include "compiler/driver/CompiledModel.h"
#include "compiler/pipeline/Pipeline.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "tests/Agreement.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace astragal;
using namespace astragal::fuzz;

std::string Variant::describe() const {
  std::string text = staticSizes ? "static sizes" : "open sizes";
  for (const std::string &pass : disabledPasses)
    text += " --disable=" + pass;
  return text;
}

const char *Outcome::name() const {
  static const char *const names[] = {"right", "never finite", "refused", "error",
                                      "wrong", "slope",        "crash",   "hang"};
  return names[kind];
}

Trial Trial::of(uint64_t seed) {
  Random random(~seed);
  Trial trial = {seed, {{true, {}}, {false, {}}}};
  std::vector<std::string> all, some, others;
  for (llvm::StringRef pass : pipeline::optionalPasses()) {
    all.push_back(pass.str());
    if (random.oneIn(3))
      some.push_back(all.back());
    if (random.oneIn(2))
      others.push_back(all.back());
  }
  trial.variants.push_back({random.oneIn(2), all});
  trial.variants.push_back({true, some});
  trial.variants.push_back({false, others});
  trial.withOutputs = random.oneIn(3);
  trial.withDifferences = random.oneIn(2);
  return trial;
}

namespace {

using Point = std::vector<double>;

/// What a program computes at a point.
struct Values {
  bool failed = false; ///< ended by an error, of an index say
  std::string error = {};
  bool isRejected = false; ///< by data alone, when they were bound

  bool isNowhere() const { return failed || isRejected || density == -HUGE_VAL; }
  double density = 0;
  std::vector<double> gradient = {}, outputs = {};
};

class Subject {
public:
  Subject(const Program &program, const Variant &variant, bool withOutputs) : withOutputs(withOutputs) {
    CompileOptions options;
    options.entries = {ASTRAGAL_GRADIENT_PROPTO_JACOBIAN};
    if (withOutputs)
      options.entries.push_back(ASTRAGAL_GENERATE);
    options.staticSizes = variant.staticSizes;
    options.disabledPasses = variant.disabledPasses;
    options.verifyPhases = true;
    try {
      compiled = compileText(program.stan(), io::parseJson(program.json()), options);
    } catch (const astragal::Error &error) {
      if (error.kind() != astragal::Error::Kind::Data)
        throw;
      rejection = error.what();
      return;
    }
    evaluation = std::make_unique<model::Evaluation>(compiled->model());
  }

  bool isRejected() const { return !compiled; }
  size_t dimension() const { return compiled ? size_t(compiled->model().dimension()) : 0; }

  Values operator()(const Point &q) {
    Values values;
    if (isRejected()) {
      values.isRejected = true;
      values.density = -HUGE_VAL;
      values.error = rejection;
      return values;
    }
    values.gradient.resize(dimension());
    try {
      values.density = evaluation->gradient(q.data(), values.gradient.data());
      if (!std::isfinite(values.density))
        values.gradient.clear(); // may be anything
      if (withOutputs) {
        values.outputs.resize(size_t(compiled->model().numOutputValues()));
        if (!evaluation->generate(q.data(), values.outputs.data(), 1, 1))
          values.outputs.clear();
      }
    } catch (const astragal::Error &error) {
      values = {true, error.what()};
    }
    return values;
  }

private:
  bool withOutputs;
  std::string rejection;
  std::shared_ptr<CompiledModel> compiled; ///< none: the data were rejected
  std::unique_ptr<model::Evaluation> evaluation;
};

std::string shown(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

double largestOf(const std::vector<double> &values) {
  double largest = 0;
  for (double x : values)
    if (std::isfinite(x))
      largest = std::max(largest, std::fabs(x));
  return largest;
}

/// Densities and gradients are compared as with Stan's (tests/reference); where an ulp in the point makes
/// more of a difference than that, rounding may, too.
class Comparison {
public:
  Comparison(Subject &first, const Point &q) : first(first), q(q), expected(first(q)) {}

  const Values &values() const { return expected; }

  /// Empty if they agree.
  std::string against(const Values &actual) {
    // What data alone rejects is rejected with them, or at each point: when it is looked at is no difference.
    if (actual.isRejected || expected.isRejected)
      return actual.isNowhere() && expected.isNowhere()
                 ? ""
                 : "data rejected by one of them: '" + actual.error + "', '" + expected.error + "'";
    if (actual.failed != expected.failed)
      return "an error in one of them: '" + actual.error + "', '" + expected.error + "'";
    if (expected.failed)
      return "";
    std::string difference = compare("log density", {actual.density}, {expected.density},
                                     [](const Values &v) { return std::vector<double>{v.density}; });
    if (difference.empty())
      difference =
          compare("gradient", actual.gradient, expected.gradient, [](const Values &v) { return v.gradient; });
    if (difference.empty())
      difference =
          compare("output", actual.outputs, expected.outputs, [](const Values &v) { return v.outputs; });
    return difference;
  }

private:
  std::string compare(const char *what, const std::vector<double> &actual,
                      const std::vector<double> &expected, std::vector<double> (*part)(const Values &)) {
    if (actual.size() != expected.size())
      return std::string(what) + ": not there in one of them";
    double largest = largestOf(expected);
    for (size_t k = 0; k < actual.size(); ++k) {
      double a = actual[k], b = expected[k];
      if (a == b || (std::isnan(a) && std::isnan(b)))
        continue;
      double scale = tests::scaleOf(b, largest);
      if (std::fabs(a - b) <= 1e-10 * scale || std::fabs(a - b) <= 100 * noise(part, k))
        continue;
      return std::string(what) + " " + std::to_string(k + 1) + ": " + shown(a) + ", expected " + shown(b);
    }
    return "";
  }

  double noise(std::vector<double> (*part)(const Values &), size_t k) {
    if (neighbours.empty()) {
      Random random(1);
      for (int times = 0; times < 6; ++times) {
        Point near = q;
        for (double &x : near)
          x += (std::fabs(x) + 1) * random.uniform(-1, 1) * 0x1p-50;
        neighbours.push_back(first(near));
      }
    }
    double most = 0, here = part(expected)[k];
    for (const Values &neighbour : neighbours) {
      std::vector<double> there = part(neighbour);
      if (k >= there.size() || !std::isfinite(there[k]))
        return HUGE_VAL; // at an edge of the support
      most = std::max(most, std::fabs(there[k] - here));
    }
    return most;
  }

  Subject &first;
  Point q;
  Values expected;
  std::vector<Values> neighbours;
};

/// Central differences of fourth order, smaller steps where larger ones disagree: there may be a kink.
std::string checkSlope(Subject &subject, const Point &q, const Values &values) {
  double largest = largestOf(values.gradient);
  for (size_t k = 0; k < q.size(); ++k) {
    double closest = HUGE_VAL, slope = values.gradient[k], best = 0;
    if (!std::isfinite(slope))
      continue;
    for (double step : {1e-3, 1e-4, 1e-5, 1e-6}) {
      auto at = [&](double offset) {
        Point moved = q;
        moved[k] += offset;
        return subject(moved).density;
      };
      double estimate = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
      if (!std::isfinite(estimate))
        return ""; // at an edge of the support
      double rounding = 1e-15 * std::fabs(values.density) / step;
      if (std::fabs(estimate - slope) - rounding < closest)
        closest = std::fabs(estimate - slope) - rounding, best = estimate;
    }
    if (closest > 1e-5 * std::max({std::fabs(slope), 1e-2 * largest, 1e-2}))
      return "gradient " + std::to_string(k + 1) + ": " + shown(slope) + ", by finite differences " +
             shown(best);
  }
  return "";
}

std::string at(const Point &q) {
  std::string text = "\nat";
  for (double x : q)
    text += " " + shown(x);
  return text;
}

/// What the process of a trial says goes into its output: a line "@K" when it begins with a variant.
Outcome::Kind inProcess(const Program &program, const Trial &trial) {
  auto say = [](const std::string &text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0)
      ::_exit(1);
  };
  constexpr size_t points = 3;
  std::unique_ptr<Subject> first;
  std::vector<Comparison> comparisons;
  std::vector<Point> qs;
  bool isFinite = false, isBound = false;
  for (size_t k = 0; k < trial.variants.size(); ++k) {
    say("@" + std::to_string(k) + "\n");
    try {
      auto subject = std::make_unique<Subject>(program, trial.variants[k], trial.withOutputs);
      isBound |= !subject->isRejected();
      if (k == 0) {
        first = std::move(subject);
        Random random(trial.seed);
        for (size_t p = 0; p < points; ++p) {
          Point q(first->dimension());
          for (double &x : q)
            x = std::round(random.uniform(-1, 1) * 1000) / 1000;
          qs.push_back(q);
          comparisons.emplace_back(*first, q);
          const Values &values = comparisons.back().values();
          isFinite |= std::isfinite(values.density) && !values.failed;
          if (!std::isfinite(values.density) || values.failed || !trial.withDifferences)
            continue;
          if (std::string difference = checkSlope(*first, q, values); !difference.empty()) {
            say(difference + at(q));
            return Outcome::Slope;
          }
        }
        continue;
      }
      for (size_t p = 0; p < points; ++p) {
        qs[p].resize(first->isRejected() ? subject->dimension() : qs[p].size());
        Values values = (*subject)(qs[p]);
        if (trial.withFault)
          values.density *= 1 + 1e-9;
        if (std::string difference = comparisons[p].against(values); !difference.empty()) {
          say(difference + at(qs[p]));
          return Outcome::Wrong;
        }
      }
    } catch (const std::exception &error) {
      say(error.what());
      // A pass that is left out may have made something simple enough to compile; sizes that are not known
      // may not.
      bool mayRefuse = k == 0 || !trial.variants[k].disabledPasses.empty();
      return mayRefuse && std::strstr(error.what(), "not supported yet") ? Outcome::Refused : Outcome::Error;
    }
  }
  if (!isBound) {
    say((*first)({}).error);
    return Outcome::Error;
  }
  return isFinite ? Outcome::Right : Outcome::NeverFinite;
}

} // namespace

Outcome fuzz::run(const Program &program, const Trial &trial) {
  constexpr int firstStatus = 100; // an outcome, not a failing exit of something else
  int ends[2];
  if (::pipe(ends) != 0)
    throw astragal::Error(astragal::Error::Kind::IO, "no pipe");
  std::fflush(nullptr);
  pid_t child = ::fork();
  if (child < 0)
    throw astragal::Error(astragal::Error::Kind::IO, "no process");
  if (child == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
    rlimit patience = {60, 70}, noCore = {0, 0};
    ::setrlimit(RLIMIT_CPU, &patience);
    ::setrlimit(RLIMIT_CORE, &noCore);
    ::_exit(firstStatus + inProcess(program, trial));
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, size_t(count));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  Outcome outcome = {Outcome::Crash, 0, ""};
  for (size_t at = 0; at < said.size();) {
    size_t end = std::min(said.find('\n', at), said.size());
    if (said[at] == '@')
      outcome.variant = size_t(std::atoi(said.c_str() + at + 1));
    else
      outcome.text += said.substr(at, end - at) + "\n";
    at = end + 1;
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) >= firstStatus)
    outcome.kind = Outcome::Kind(WEXITSTATUS(status) - firstStatus);
  else if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
    outcome.kind = Outcome::Hang;
  return outcome;
}
