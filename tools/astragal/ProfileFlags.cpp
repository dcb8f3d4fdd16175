//===- ProfileFlags.cpp - what commands say of profiles -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/astragal/ProfileFlags.h"
#include "runtime/profile/Report.h"

namespace astragal::tool {

/// Of each thread: 16 bytes each in memory, some 200 in the file.
static constexpr size_t maxEvents = 10000;

void ProfileFlags::add(CLI::App &command) {
  command.add_flag(
      "--profile{-}", trace,
      "Print where the time goes; with =FILE write a trace for chrome://tracing or Perfetto, too");
  command.add_option("--profile-file", blocks,
                     "A CSV file with the times of profile blocks, as CmdStan writes it");
}

ProfiledRun::ProfiledRun(const ProfileFlags &flags) {
  if (flags.trace.empty() && flags.blocks.empty())
    return;
  bool writesTrace = !flags.trace.empty() && flags.trace != "-";
  if (writesTrace)
    trace.emplace(flags.trace);
  if (!flags.blocks.empty())
    blocks.emplace(flags.blocks);
  printsTable = !flags.trace.empty();
  profiler = std::make_unique<profile::Profiler>(writesTrace ? maxEvents : 0);
}

void ProfiledRun::finish(const model::Model &model, std::FILE *out) {
  if (!profiler)
    return;
  profile::Report report(model.description(), *profiler);
  if (printsTable)
    std::fprintf(out, "\n%s", report.formatTable().c_str());
  if (trace) {
    auto [written, left] = report.writeTrace([&](std::string_view text) { trace->write(text); });
    trace->commit();
    std::fprintf(out, "\n%s: %llu runs of regions", trace->path().c_str(),
                 static_cast<unsigned long long>(written));
    if (left)
      std::fprintf(out, "; %llu more were left out", static_cast<unsigned long long>(left));
    std::fprintf(out, "\n");
  }
  if (blocks) {
    blocks->write(report.formatBlocks());
    blocks->commit();
  }
}

} // namespace astragal::tool
