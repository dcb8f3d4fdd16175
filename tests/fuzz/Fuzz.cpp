//===- Fuzz.cpp - gives a target mutated inputs ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AstragalFuzz TARGET [--seconds N] [--runs N] [--seed N] FILE|FOLDER...
//
// The same seed gives the same inputs. An input that the target does not come back from is kept in a file. To
// try one file as it is: AstragalFuzz TARGET --runs 0 FILE, which runs the given files alone.
//
//===----------------------------------------------------------------------===//

#include "Mutator.h"
#include "Targets.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/time.h>
#include <unistd.h>

using namespace astragal::fuzz;

namespace {

// What the signal handlers read: the input under test, and whether it moves.
const char *volatile input = nullptr;
volatile size_t inputSize = 0;
volatile unsigned long inputNumber = 0;
unsigned long lastSeen = 0;
int ticks = 0;
char keptIn[4096];

constexpr int patience = 10; // seconds for one input

/// Only what may be called in a handler.
[[noreturn]] void keepInput(const char *what) {
  int file = ::open(keptIn, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0 && input)
    for (size_t done = 0; done < inputSize;) {
      ssize_t written = ::write(file, input + done, inputSize - done);
      if (written <= 0)
        break;
      done += static_cast<size_t>(written);
    }
  char message[4200];
  int length =
      std::snprintf(message, sizeof message, "%s at input %lu, kept in %s\n", what, inputNumber, keptIn);
  if (::write(STDERR_FILENO, message, static_cast<size_t>(length)) < 0)
    ::_exit(2);
  ::_exit(1);
}

void onCrash(int) { keepInput("crash"); }

void onTick(int) {
  ticks = inputNumber == lastSeen ? ticks + 1 : 0;
  lastSeen = inputNumber;
  if (ticks >= patience && input)
    keepInput("hang");
}

void installHandlers(const std::string &target) {
  const char *folder = std::getenv("ASTRAGAL_FUZZ_OUTPUT");
  std::snprintf(keptIn, sizeof keptIn, "%s/fuzz-%s.input", folder ? folder : ".", target.c_str());
  // A stack of its own: the input may have used up the other one.
  static char stack[1 << 16];
  stack_t alternative = {};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
  struct sigaction crash = {};
  crash.sa_handler = onCrash;
  crash.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
    ::sigaction(signal, &crash, nullptr);
  struct sigaction tick = {};
  tick.sa_handler = onTick;
  tick.sa_flags = SA_ONSTACK | SA_RESTART;
  ::sigaction(SIGALRM, &tick, nullptr);
  itimerval every = {{1, 0}, {1, 0}};
  ::setitimer(ITIMER_REAL, &every, nullptr);
}

/// All files with the extension. Those of more than a few kilobytes would only make it slow.
std::vector<std::string> readOriginals(const std::vector<std::string> &paths, const std::string &extension) {
  constexpr size_t most = 4096;
  std::vector<std::filesystem::path> files;
  for (const std::string &path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto &entry : std::filesystem::recursive_directory_iterator(path))
      if (entry.is_regular_file() && entry.path().extension() == extension && entry.file_size() <= most)
        files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end()); // folders list in any order
  std::vector<std::string> originals;
  for (const auto &file : files) {
    std::ifstream stream(file, std::ios::binary);
    originals.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return originals;
}

bool runOne(const Target &target, const std::string &text) {
  input = text.data();
  inputSize = text.size();
  inputNumber = inputNumber + 1;
  return target.run(text);
}

int usage() {
  std::fprintf(stderr,
               "AstragalFuzz parse|check|lower|json [--seconds N] [--runs N] [--seed N] FILE|FOLDER...\n");
  return 2;
}

} // namespace

int main(int argc, char **argv) {
  const Target *target = argc > 1 ? findTarget(argv[1]) : nullptr;
  if (!target)
    return usage();
  double seconds = 1e9;
  unsigned long runs = ~0ul, seed = 1;
  std::vector<std::string> paths;
  for (int k = 2; k < argc; ++k) {
    std::string argument = argv[k];
    if (argument.rfind("--", 0) != 0) {
      paths.push_back(argument);
      continue;
    }
    if (k + 1 == argc)
      return usage();
    const char *value = argv[++k];
    if (argument == "--seconds")
      seconds = std::atof(value);
    else if (argument == "--runs")
      runs = std::strtoul(value, nullptr, 10);
    else if (argument == "--seed")
      seed = std::strtoul(value, nullptr, 10);
    else
      return usage();
  }
  std::vector<std::string> originals = readOriginals(paths, target->extension);
  if (originals.empty()) {
    std::fprintf(stderr, "no %s files to begin with\n", target->extension);
    return 2;
  }
  installHandlers(target->name);
  unsigned long right = 0, count = 0;
  for (const std::string &original : originals)
    right += runOne(*target, original);
  std::printf("%s: %zu originals, %lu of them right\n", target->name, originals.size(), right);

  right = 0;
  size_t bytes = 0;
  Mutator mutator(std::move(originals), seed);
  auto start = std::chrono::steady_clock::now();
  auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  while (count < runs && (count % 64 != 0 || elapsed() < seconds)) {
    const std::string &text = mutator.next();
    bytes += text.size();
    right += runOne(*target, text);
    ++count;
  }
  double took = elapsed();
  std::printf(
      "%s: %lu inputs (%lu right, %.0f bytes on average) in %.1f s: %.0f a second; no crash, no hang\n",
      target->name, count, right, count ? double(bytes) / double(count) : 0.0, took,
      took > 0 ? double(count) / took : 0.0);
}
