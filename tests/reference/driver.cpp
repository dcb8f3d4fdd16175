//===- driver.cpp - one model of Stan, evaluated on demand --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file links with any model that stanc 2.35 generated, and prints JSON:
//   driver describe DATA                     sizes and names
//   driver evaluate DATA < points            density, gradient and outputs at each point (D numbers each)
//   driver time DATA SECONDS REPEATS < point microseconds of a gradient, one number a batch of SECONDS
// Stan's own loader reads the data, and Stan's own log_prob_grad is what gets evaluated and timed.
//
//===----------------------------------------------------------------------===//

#include <stan/io/json/json_data.hpp>
#include <stan/model/log_prob_grad.hpp>
#include <stan/model/model_base.hpp>
#include <stan/services/util/create_rng.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

stan::model::model_base &new_model(stan::io::var_context &, unsigned int, std::ostream *);

namespace {

using Model = stan::model::model_base;
using Vector = Eigen::VectorXd;
using Clock = std::chrono::steady_clock;

std::string number(double x) {
  if (std::isnan(x))
    return "\"nan\"";
  if (std::isinf(x))
    return x > 0 ? "\"inf\"" : "\"-inf\"";
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

std::string jsonText(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
  }
  return out + '"';
}

template <typename Range, typename Print> std::string list(const Range &range, Print print) {
  std::string out = "[";
  for (long i = 0, e = range.size(); i < e; ++i)
    out += (i ? "," : "") + print(range[i]);
  return out + "]";
}

std::vector<Vector> readPoints(long dimension) {
  std::vector<double> all;
  for (double x; std::cin >> x;)
    all.push_back(x);
  if (dimension == 0 || all.empty() || all.size() % dimension) {
    std::fprintf(stderr, "expected points of %ld numbers, got %zu numbers\n", dimension, all.size());
    std::exit(2);
  }
  std::vector<Vector> points;
  for (size_t i = 0; i < all.size(); i += dimension)
    points.push_back(Eigen::Map<Vector>(all.data() + i, dimension));
  return points;
}

/// Constrained values, null where two seeds disagree: those are random.
std::string outputs(const Model &model, const Vector &point) {
  Vector values[2];
  for (int seed = 0; seed < 2; ++seed) {
    auto rng = stan::services::util::create_rng(seed + 1, 1);
    Vector copy = point;
    try {
      model.write_array(rng, copy, values[seed], true, true, &std::cerr);
    } catch (const std::domain_error &error) {
      return "\"constrained\":null,\n \"constrained_error\":" + jsonText(error.what());
    }
  }
  std::string out = "\"constrained\":[";
  for (long i = 0; i < values[0].size(); ++i) {
    double a = values[0][i], b = values[1][i];
    out += (i ? "," : "") + (a == b || (std::isnan(a) && std::isnan(b)) ? number(a) : std::string("null"));
  }
  return out + "]";
}

/// One of the four densities with its gradient; a domain error is a density of -inf without a gradient.
template <bool Propto, bool Jacobian>
std::string evaluate(const Model &model, Vector point, const std::string &suffix, std::string &error) {
  Vector gradient;
  std::string value = "\"-inf\"", slopes = "null";
  try {
    value = number(stan::model::log_prob_grad<Propto, Jacobian>(model, point, gradient, &std::cerr));
    slopes = list(gradient, number);
  } catch (const std::domain_error &caught) {
    stan::math::recover_memory();
    error = caught.what();
  }
  return "\"log_density" + suffix + "\":" + value + ",\n \"gradient" + suffix + "\":" + slopes + ",\n ";
}

std::string evaluateAll(const Model &model, const Vector &point) {
  std::string error;
  std::string out = "{\"unconstrained\":" + list(point, number) + ",\n " +
                    evaluate<false, false>(model, point, "", error) +
                    evaluate<false, true>(model, point, "_jacobian", error) +
                    evaluate<true, false>(model, point, "_propto", error) +
                    evaluate<true, true>(model, point, "_propto_jacobian", error);
  if (!error.empty())
    out += "\"error\":" + jsonText(error) + ",\n ";
  return out + outputs(model, point) + "}";
}

double seconds(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

std::string timing(const Model &model, const Vector &point, double target, int repeats) {
  Vector copy = point, gradient;
  double sink = 0;
  auto batch = [&](long n) {
    auto start = Clock::now();
    for (long i = 0; i < n; ++i)
      sink += stan::model::log_prob_grad<true, true>(model, copy, gradient, nullptr);
    return seconds(start);
  };
  long n = 1;
  double elapsed = batch(n);
  for (; elapsed < target / 4; elapsed = batch(n))
    n *= 2;
  n = std::max(1L, static_cast<long>(n * target / elapsed));
  std::vector<double> micros(repeats);
  for (double &m : micros)
    m = batch(n) / n * 1e6;
  return "{\"evaluations\":" + std::to_string(n) + ",\"sink\":" + number(sink) +
         ",\"microseconds\":" + list(micros, number) + "}";
}

} // namespace

int main(int argc, char **argv) {
  std::string mode = argc > 2 ? argv[1] : "";
  std::ifstream file(argc > 2 ? argv[2] : "");
  if (!file) {
    std::fprintf(stderr, "usage: driver describe|evaluate|time DATA [SECONDS REPEATS]\n");
    return 2;
  }
  try {
    stan::json::json_data data(file);
    auto start = Clock::now();
    Model &model = new_model(data, 1, &std::cerr);
    double construction = seconds(start);
    long dimension = model.num_params_r();
    if (mode == "describe") {
      std::vector<std::string> names;
      model.constrained_param_names(names, true, true);
      std::printf("{\"dimension\":%ld,\"construction_ms\":%.6g,\"outputs\":%s}\n", dimension,
                  construction * 1e3, list(names, jsonText).c_str());
      return 0;
    }
    auto points = readPoints(dimension);
    if (mode == "time" && argc == 5) {
      std::printf("%s\n", timing(model, points.front(), std::atof(argv[3]), std::atoi(argv[4])).c_str());
      return 0;
    }
    if (mode != "evaluate") {
      std::fprintf(stderr, "unknown mode or wrong number of arguments: %s\n", mode.c_str());
      return 2;
    }
    std::string out = "[";
    for (size_t i = 0; i < points.size(); ++i)
      out += (i ? ",\n" : "") + evaluateAll(model, points[i]);
    std::printf("%s]\n", out.c_str());
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
