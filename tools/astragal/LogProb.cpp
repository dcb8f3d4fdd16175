//===- LogProb.cpp - astragal log-prob ------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/io/OutputFile.h"
#include "runtime/model/Evaluation.h"
#include "tools/astragal/Commands.h"
#include "tools/astragal/OpenModel.h"
#include "tools/astragal/ProfileFlags.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace astragal::tool {

namespace {
struct Options {
  std::string model, data, points, output = "-";
  std::vector<std::string> disabled, includes;
  CacheFlags cache;
  ProfileFlags profile;
  int threads = 1;
  bool propto = false, noJacobian = false, dynamic = false, traceNan = false, singleData = false;
};

std::string number(double x) {
  if (std::isnan(x))
    return "nan";
  if (std::isinf(x))
    return x < 0 ? "-inf" : "inf";
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

void run(const Options &o) {
  io::protectInputs(o.output, {o.model, o.data, o.points});
  ProfiledRun profiled(o.profile);
  io::Data data = readData(o.data);
  CompileOptions compile;
  model::Density density{!o.noJacobian, o.propto};
  compile.entries = {ASTRAGAL_GRADIENT + (density.jacobian ? 1 : 0) + (density.propto ? 2 : 0)};
  compile.includeDirectories = o.includes;
  compile.disabledPasses = o.disabled;
  compile.singleData = o.singleData;
  o.cache.apply(compile);
  compile.staticSizes = !o.dynamic;
  profiled.apply(compile);
  auto compiled = openModel(o.model, data, compile);
  model::Model &model = compiled->model();

  io::Data points = io::readJson(o.points);
  const io::Value *rows = points.find("params_r");
  int64_t dimension = model.dimension(), count = 1, width = 0;
  std::string wanted =
      std::to_string(dimension) + (dimension == 1 ? " unconstrained parameter" : " unconstrained parameters");
  if (!rows)
    throw Error(Error::Kind::Data, o.points + ": expected {\"params_r\": [[...], ...]}, rows of " + wanted);
  std::string place =
      o.points + (rows->line ? ":" + std::to_string(rows->line) : "") + ": variable 'params_r'";
  if (!rows->problem.empty())
    throw Error(Error::Kind::Data, place + " " + rows->problem + "; expected rows of " + wanted);
  if (rows->dims.size() == 2) {
    count = rows->dims[0];
    width = rows->dims[1];
  } else if (rows->dims.size() == 1) {
    width = rows->dims[0];
    count = width || !dimension;
  }
  if (rows->dims.empty() || rows->dims.size() > 2 || (width != dimension && count != 0 && !(dimension == 0)))
    throw Error(Error::Kind::Data,
                place + ": expected rows of " + wanted + ", got shape " + io::formatShape(rows->dims));
  std::string text = "lp__";
  for (const std::string &name : model.unconstrainedNames())
    text += ",g_" + name;
  text += "\n";
  pool::ThreadTeam team(o.threads);
  model::Evaluation evaluation(model, &team);
  std::vector<double> gradient(dimension);
  for (int64_t k = 0; k < count; ++k) {
    double lp = evaluation.gradient(rows->values.data() + k * dimension, gradient.data(), density);
    text += number(lp);
    bool isRejected = evaluation.failedCheck() >= 0; // nothing is known of its gradient
    for (double g : gradient)
      text += "," + number(isRejected ? NAN : g);
    text += "\n";
    if (model.rejectedBy() >= 0) {
      if (k == 0)
        std::fprintf(stderr, "every point: %s\n", model.rejection().c_str());
      continue;
    }
    std::string why = isRejected ? evaluation.failure() : "";
    if (why.empty() && o.traceNan && lp < 0 && std::isinf(lp))
      why = evaluation.traceInfinity(rows->values.data() + k * dimension);
    if (!why.empty())
      std::fprintf(stderr, "point %lld: %s\n", static_cast<long long>(k + 1), why.c_str());
    else if (o.traceNan && (std::isnan(lp) || std::any_of(gradient.begin(), gradient.end(),
                                                          [](double g) { return std::isnan(g); })))
      std::fprintf(stderr, "point %lld: %s\n", static_cast<long long>(k + 1),
                   evaluation.traceNan(rows->values.data() + k * dimension).c_str());
  }
  writeText(o.output, text);
  profiled.finish(model, stderr);
}
} // namespace

void addLogProb(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("log-prob", "Evaluate the log density and its gradient at given points");
  c->add_option("model", o->model, "A Stan program, or a library that compile --emit=shared made")
      ->required();
  c->add_option("--data", o->data, "Its data, in Stan's JSON");
  c->add_option("--unconstrained", o->points,
                "Points on the unconstrained scale: {\"params_r\": [[...], ...]}")
      ->required();
  c->add_flag("--propto", o->propto, "Drop constants, as ~ does");
  c->add_flag("--no-jacobian", o->noJacobian, "Without the Jacobian of the parameters' transforms");
  o->cache.add(*c);
  o->profile.add(*c);
  c->add_flag("--trace-nan", o->traceNan,
              "Say where the NaN of a log density or a gradient came from, and what made a log density -inf");
  c->add_flag("--dynamic", o->dynamic, "Use code that is not specialised to the data's sizes");
  addThreads(c, o->threads);
  addDisable(c, o->disabled);
  addDataPrecision(c, o->singleData);
  addIncludePath(c, o->includes);
  c->add_option("--output", o->output, "A CSV file; - is standard output")->capture_default_str();
  c->footer("Prints a row lp__,g_... for each point, with 17 significant digits, as CmdStan's log_prob "
            "method does.\n"
            "A point that the model rejects has lp__ -inf and a gradient of nan; standard error says why, "
            "and that is no error.");
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
