//===- Compile.cpp - astragal compile -------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompilerLibrary.h"
#include "compiler/pipeline/Phases.h"
#include "runtime/Error.h"
#include "runtime/io/OutputFile.h"
#include "runtime/io/Similar.h"
#include "tools/astragal/Commands.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

namespace astragal::tool {

namespace {
struct Options {
  std::string model, data, emit = "llvm", output = "-", cpu;
  std::vector<std::string> disabled, includes, entries;
  bool remarks = false, singleData = false, profile = false;
};

std::string emitValues() {
  std::string all;
  for (const pipeline::PhaseInfo &info : pipeline::phases)
    all.append(info.name).append(", ");
  return all + "llvm-ir, asm, obj, shared, dot";
}

std::string entryValues() {
  std::string all;
  for (const char *entry : driver::entryNames)
    all += (all.empty() ? "" : ", ") + std::string(entry);
  return all;
}

void run(const Options &o) {
  bool isText = pipeline::parsePhase(o.emit) || o.emit == "llvm-ir" || o.emit == "asm" || o.emit == "dot";
  bool isBinary = o.emit == "obj" || o.emit == "shared";
  if (!isText && !isBinary)
    throw Error(Error::Kind::Usage, "--emit: unknown value '" + o.emit + "'; one of " + emitValues());
  if (isBinary && o.output == "-")
    throw Error(Error::Kind::Usage, "--emit=" + o.emit + " needs a file: -o FILE");

  for (const std::string &entry : o.entries)
    if (std::find(driver::entryNames.begin(), driver::entryNames.end(), entry) == driver::entryNames.end())
      throw Error(Error::Kind::Usage, "--entry: unknown entry '" + entry + "'; one of " + entryValues());

  bool explains = !o.entries.empty() && driver::isExplanation(o.entries.front());
  for (const std::string &entry : o.entries)
    if (driver::isExplanation(entry) != explains)
      throw Error(Error::Kind::Usage, "--entry: entries that explain are compiled on their own, without '" +
                                          (explains ? entry : o.entries.front()) + "'");

  if (!o.cpu.empty() && o.cpu != "native") {
    std::vector<std::string> names = driver::openCompiler().getProcessors();
    if (o.cpu == "list") {
      std::string text;
      for (const std::string &name : names)
        text += name + "\n";
      return writeText(o.output, text);
    }
    if (std::find(names.begin(), names.end(), o.cpu) == names.end()) {
      std::string similar = io::findSimilar(o.cpu, names);
      throw Error(Error::Kind::Usage, "--cpu: unknown processor '" + o.cpu + "'" +
                                          (similar.empty() ? "" : ", did you mean '" + similar + "'?") +
                                          " (--cpu list prints the names)");
    }
  }

  io::protectInputs(o.output, {o.model, o.data});
  std::optional<io::Data> data;
  if (!o.data.empty())
    data = readData(o.data);
  std::string remarks, warnings;
  driver::EmitOptions options{o.emit,     o.entries,
                              o.disabled, o.singleData,
                              o.cpu,      data ? &*data : nullptr,
                              o.profile,  o.remarks ? &remarks : nullptr,
                              &warnings};
  driver::Source source = driver::readSource(o.model, o.includes);
  auto report = [&] {
    std::fprintf(stderr, "%s%s%s", warnings.c_str(), warnings.empty() ? "" : "\n", remarks.c_str());
  };
  if (isBinary) {
    driver::openCompiler().emitToFile(source, options, io::resolveLinks(o.output));
    report();
  } else {
    std::string text = driver::openCompiler().emit(source, options);
    report();
    writeText(o.output, text);
  }
}
} // namespace

void addCompile(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c =
      app.add_subcommand("compile", "Translate a model: to a phase of the compiler, or ahead of time");
  c->add_option("model", o->model, "A Stan program")->required();
  c->add_option("--data", o->data, "Specialise to the sizes of this data; without, sizes stay open");
  c->add_option("--emit", o->emit, "What to make: " + emitValues())->capture_default_str();
  c->add_option("-o,--output", o->output, "Where to put it; - is standard output")->capture_default_str();
  c->add_option("--entry", o->entries,
                "Entries to compile (gradient_propto_jacobian, generate ...); all by default")
      ->allow_extra_args(false)
      ->delimiter(',');
  c->add_option("--cpu", o->cpu,
                "The processor to compile for, by LLVM's name (list: all names); this one by default");
  c->add_flag("--remarks", o->remarks,
              "Say on standard error what each optimisation did and declined, and why");
  c->add_flag("--profile", o->profile,
              "Read the clock around what takes time, for --profile of commands that run the library");
  addDisable(c, o->disabled);
  addDataPrecision(c, o->singleData);
  addIncludePath(c, o->includes);
  std::string phases = "Phases, and what is true once each is reached:\n";
  for (const pipeline::PhaseInfo &info : pipeline::phases)
    phases.append("  ")
        .append(info.name)
        .append(11 - info.name.size(), ' ')
        .append(info.sentence)
        .append("\n");
  phases += "Then llvm-ir and asm (text), obj (an object file) and shared (a library that the runtime loads "
            "by itself);\n"
            "dot draws phase tensor of one entry, the log density if none is named, for Graphviz.\n"
            "astragal-opt parses what the phases print.";
  c->footer(phases);
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
