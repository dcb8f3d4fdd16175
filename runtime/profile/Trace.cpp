//===- Trace.cpp - a profile as a trace -----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The format of chrome://tracing and Perfetto: JSON, complete events ("X") with a beginning and a duration in
// microseconds.
//
//===----------------------------------------------------------------------===//

#include "runtime/profile/Report.h"

#include <cstdio>
#include <optional>

using namespace astragal::profile;

static std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

namespace {
struct Span {
  double begin, end; ///< microseconds
};
} // namespace

/// Spans of one thread, from the moments at which regions ended. A region begins where the one before it has
/// ended.
uint64_t Report::writeThread(const Recorder &recorder, int thread, std::string &text,
                             const Sink &sink) const {
  uint64_t written = 0, waiting = 0;
  std::string evaluation; // its spans so far: one that does not end is left out
  auto write = [&](std::string &text, std::string_view name, Span span, std::string_view arguments) {
    char numbers[160];
    std::snprintf(numbers, sizeof numbers, ",\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f",
                  thread, span.begin, span.end - span.begin);
    text.append(",\n{\"name\":").append(quote(name)).append(numbers);
    if (!arguments.empty())
      text.append(",\"args\":{").append(arguments).append("}");
    text += "}";
  };
  auto timeOf = [&](const astragal_event &event) {
    return 1e6 * secondsOf(event.ticks - profiler.clock().beginning());
  };
  std::vector<std::optional<double>> open(model.num_regions); // where regions that hold others have begun
  std::optional<double> iteration;
  double latest = 0;
  for (const astragal_event *event = recorder.begin(); event != recorder.end(); ++event) {
    double now = timeOf(*event);
    if (event->what >= iterationBegin) {
      if (event->what < iterationEnd)
        iteration = now;
      else if (iteration)
        write(text, "iteration " + std::to_string(static_cast<uint32_t>(event->what) + 1), {*iteration, now},
              "");
      latest = now;
      continue;
    }
    uint32_t index = static_cast<uint32_t>(event->what);
    if (event->what & ASTRAGAL_EVENT_BEGIN) {
      for (auto &begin : open) // of an evaluation that had to begin again
        begin.reset();
      evaluation.clear();
      waiting = 0;
      open[index] = now;
    } else {
      const astragal_region &region = model.regions[index];
      for (uint32_t around = region.parent; around && !open[around - 1];
           around = model.regions[around - 1].parent)
        open[around - 1] = latest;
      std::string arguments;
      for (const std::string &statement : describeStatements(region))
        if (arguments.size() < 600)
          arguments += (arguments.empty() ? "" : ",") + quote(statement);
      if (!arguments.empty())
        arguments = "\"statements\":[" + arguments + "]";
      write(evaluation, region.kind == ASTRAGAL_STRETCH_REGION ? "scalars" : region.name,
            {open[index].value_or(latest), now}, arguments);
      open[index].reset();
      ++waiting;
      if (region.kind == ASTRAGAL_ENTRY_REGION) {
        text += evaluation;
        written += waiting;
        evaluation.clear();
        waiting = 0;
      }
      if (text.size() > 1 << 16) {
        sink(text);
        text.clear();
      }
    }
    latest = now;
  }
  return written;
}

Report::TraceSize Report::writeTrace(const Sink &sink) const {
  TraceSize size{0, 0};
  for (const RegionReport &line : lines)
    size.left += line.runs;
  std::string text =
      "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,"
      "\"args\":{\"name\":" +
      quote(model.name) + "}}";
  int thread = 0;
  for (const Recorder *recorder : recorders) {
    text += ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":" + std::to_string(++thread) +
            ",\"args\":{\"name\":" + quote(recorder->name()) + "}}";
    size.written += writeThread(*recorder, thread, text, sink);
  }
  size.left -= size.written;
  text += "\n],\"otherData\":{\"spans_left_out\":" + std::to_string(size.left) + "}}\n";
  sink(text);
  return size;
}
