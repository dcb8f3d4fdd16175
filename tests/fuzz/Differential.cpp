//===- Differential.cpp - random models, compiled in many ways ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AstragalDifferential [--seed N] [--runs N] [--seconds N] [--failures N] [--reduce N] [--output FOLDER]
// [--list] [--fault]
//
// Writes a program for each seed from N on, and compares what it computes with all passes and without some.
// Program N is the same whatever was before it, so --seed N --runs 1 repeats a failure. --seconds are those
// of the processor.
// --list writes the programs into the folder instead. --fault makes values wrong on purpose.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"
#include "Trial.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sys/resource.h>

using namespace astragal::fuzz;

static double processorTime() {
  double seconds = 0;
  for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used;
    ::getrusage(who, &used);
    for (timeval time : {used.ru_utime, used.ru_stime})
      seconds += double(time.tv_sec) + 1e-6 * double(time.tv_usec);
  }
  return seconds;
}

static void keep(const Program &program, const std::filesystem::path &folder, uint64_t seed) {
  std::filesystem::create_directories(folder);
  std::string stem = "random_" + std::to_string(seed);
  std::ofstream(folder / (stem + ".stan")) << program.stan();
  std::ofstream(folder / (stem + ".data.json")) << program.json();
}

static void report(Program program, Trial trial, const Outcome &outcome, unsigned most) {
  std::printf("%s: seed %lu, %s\n%s\n", outcome.name(), (unsigned long)trial.seed,
              trial.variants[outcome.variant].describe().c_str(), outcome.text.c_str());
  if (most > 0) {
    reduce(program, trial, outcome, most);
    std::printf("reduced: %s\n", trial.variants.back().describe().c_str());
  }
  std::printf("%s%s\n", program.stan().c_str(), program.json().c_str());
  std::fflush(stdout);
}

int main(int argc, char **argv) {
  uint64_t seed = 1, runs = ~0ull, failures = 1;
  unsigned most = 300;
  double seconds = 1e9;
  std::string folder;
  bool list = false, fault = false;
  for (int k = 1; k < argc; ++k) {
    std::string argument = argv[k];
    const char *value = k + 1 < argc ? argv[k + 1] : nullptr;
    if (argument == "--list")
      list = true;
    else if (argument == "--fault")
      fault = true;
    else if (value && argument == "--seed")
      seed = std::strtoull(argv[++k], nullptr, 10);
    else if (value && argument == "--runs")
      runs = std::strtoull(argv[++k], nullptr, 10);
    else if (value && argument == "--seconds")
      seconds = std::atof(argv[++k]);
    else if (value && argument == "--failures")
      failures = std::strtoull(argv[++k], nullptr, 10);
    else if (value && argument == "--reduce")
      most = unsigned(std::atoi(argv[++k]));
    else if (value && argument == "--output")
      folder = argv[++k];
    else {
      std::fprintf(stderr,
                   "AstragalDifferential [--seed N] [--runs N] [--seconds N] [--failures N] [--reduce N]\n"
                   "                     [--output FOLDER] [--list] [--fault]\n");
      return 2;
    }
  }
  std::map<std::string, uint64_t> count, refusals;
  uint64_t failed = 0, ran = 0;
  for (; ran < runs && failed < failures && processorTime() < seconds; ++ran, ++seed) {
    Program program = Generator(seed).program();
    if (list) {
      keep(program, folder.empty() ? "." : folder, seed);
      continue;
    }
    Trial trial = Trial::of(seed);
    trial.withFault = fault;
    Outcome outcome = run(program, trial);
    ++count[outcome.name()];
    if (outcome.kind == Outcome::Refused)
      ++refusals[outcome.text.substr(0, outcome.text.find('\n'))];
    if (!outcome.isFailure())
      continue;
    ++failed;
    if (!folder.empty())
      keep(program, folder, seed);
    report(program, trial, outcome, most);
  }
  if (list)
    return 0;
  std::printf("%lu programs in %.0f s:", (unsigned long)ran, processorTime());
  for (const auto &[name, times] : count)
    std::printf(" %lu %s,", (unsigned long)times, name.c_str());
  std::printf(" %lu failures\n", (unsigned long)failed);
  for (const auto &[text, times] : refusals)
    std::printf("refused: %s\n", text.c_str());
  return failed > 0;
}
