//===- Compile.cpp - astragal compile -------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Aot.h"
#include "compiler/driver/Compiler.h"
#include "runtime/Error.h"
#include "runtime/io/Similar.h"
#include "tools/astragal/Commands.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstdio>
#include <memory>

namespace astragal::tool {

namespace {
struct Options {
  std::string model, data, emit = "llvm", output = "-", cpu;
  std::vector<std::string> disabled, includes, entries;
  bool remarks = false;
};

std::string emitValues() {
  std::string all;
  for (const pipeline::PhaseInfo &info : pipeline::phases)
    all += info.name.str() + ", ";
  return all + "llvm-ir, asm, obj, shared";
}

std::string entryValues() {
  std::string all;
  for (const char *entry : driver::entryNames)
    all += (all.empty() ? "" : ", ") + std::string(entry);
  return all;
}

void run(const Options &o) {
  std::optional<pipeline::Phase> phase = pipeline::parsePhase(o.emit);
  std::optional<driver::Artefact> artefact;
  if (o.emit == "llvm-ir")
    artefact = driver::Artefact::LlvmIr;
  else if (o.emit == "asm")
    artefact = driver::Artefact::Assembly;
  else if (o.emit == "obj")
    artefact = driver::Artefact::Object;
  else if (o.emit == "shared")
    artefact = driver::Artefact::Shared;
  if (!phase && !artefact)
    throw Error(Error::Kind::Usage, "--emit: unknown value '" + o.emit + "'; one of " + emitValues());
  bool isBinary = artefact == driver::Artefact::Object || artefact == driver::Artefact::Shared;
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

  if (!o.cpu.empty() && !driver::isProcessor(o.cpu)) {
    std::vector<std::string> names = driver::processorNames();
    if (o.cpu == "list") {
      std::string text;
      for (const std::string &name : names)
        text += name + "\n";
      return writeText(o.output, text);
    }
    std::string similar = io::findSimilar(o.cpu, names);
    throw Error(Error::Kind::Usage, "--cpu: unknown processor '" + o.cpu + "'" +
                                        (similar.empty() ? "" : ", did you mean '" + similar + "'?") +
                                        " (--cpu list prints the names)");
  }

  driver::CompilerOptions options;
  options.hoistData = !explains;
  options.includeDirectories = o.includes;
  options.disabledPasses = o.disabled;
  options.entries = o.entries;
  options.target.cpu = o.cpu;
  options.remarks = o.remarks;
  options.verifyPhases = true;
  std::optional<io::Data> data;
  if (!o.data.empty())
    data = readData(o.data);
  auto compiler = driver::Compiler::fromFile(o.model, options);
  compiler->lower(data ? &*data : nullptr);
  compiler->run(phase.value_or(pipeline::Phase::Llvm));
  if (o.remarks)
    std::fputs(compiler->getRemarks().c_str(), stderr);
  if (phase) {
    std::string text;
    llvm::raw_string_ostream os(text);
    compiler->getModule().print(os);
    writeText(o.output, text);
    return;
  }
  if (o.entries.empty())
    compiler->addExplanations();
  if (isBinary) {
    driver::AotOptions aot;
    aot.target = options.target;
    if (llvm::Error error =
            driver::compileToFile(compiler->getModule(), compiler->getDescription(), *artefact, o.output, aot))
      throw Error(Error::Kind::IO, llvm::toString(std::move(error)));
    return;
  }
  auto text = driver::compile(compiler->getModule(), compiler->getDescription(), *artefact, options.target);
  if (!text)
    throw Error(Error::Kind::Model, llvm::toString(text.takeError()));
  writeText(o.output, std::string(text->data(), text->size()));
}
} // namespace

void addCompile(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("compile", "Translate a model: to a phase of the compiler, or ahead of time");
  c->add_option("model", o->model, "A Stan program")->required();
  c->add_option("--data", o->data, "Specialise to the sizes of this data; without, sizes stay open");
  c->add_option("--emit", o->emit, "What to make: " + emitValues())->capture_default_str();
  c->add_option("-o,--output", o->output, "Where to put it; - is standard output")->capture_default_str();
  c->add_option("--entry", o->entries, "Entries to compile (gradient_propto_jacobian, generate ...); all by default")
      ->allow_extra_args(false);
  c->add_option("--cpu", o->cpu,
                "The processor to compile for, by LLVM's name (list: all names); this one by default");
  c->add_flag("--remarks", o->remarks, "Say on standard error what each optimisation did and declined, and why");
  addDisable(c, o->disabled);
  c->add_option("--include-path", o->includes, "Where #include looks")->allow_extra_args(false);
  std::string phases = "Phases, and what is true once each is reached:\n";
  for (const pipeline::PhaseInfo &info : pipeline::phases)
    phases += "  " + info.name.str() + std::string(11 - info.name.size(), ' ') + info.sentence.str() + "\n";
  phases += "Then llvm-ir and asm (text), obj (an object file) and shared (a library that the runtime loads by itself).\n"
            "astragal-opt parses what the phases print.";
  c->footer(phases);
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
