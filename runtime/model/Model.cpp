//===- Model.cpp - a compiled model with its data -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Model.h"
#include "runtime/Error.h"
#include "runtime/io/Layout.h"
#include "runtime/io/SourceLine.h"
#include "runtime/profile/Profiler.h"

#include <algorithm>
#include <string_view>

using namespace astragal;
using namespace astragal::model;

static const char *const entryNames[ASTRAGAL_NUM_ENTRIES] = {"data sizes",
                                                             "prepare",
                                                             "sizes",
                                                             "log density",
                                                             "log density with Jacobian",
                                                             "log density up to constants",
                                                             "log density with Jacobian up to constants",
                                                             "gradient",
                                                             "gradient with Jacobian",
                                                             "gradient up to constants",
                                                             "gradient with Jacobian up to constants",
                                                             "constrain",
                                                             "generate",
                                                             "unconstrain",
                                                             "explain prepare",
                                                             "explain log density",
                                                             "explain generate",
                                                             "trace gradient"};

static const astragal_model &checkVersion(const astragal_model &model) {
  if (model.abi_version != ASTRAGAL_ABI_VERSION)
    throw Error(Error::Kind::Model, "model is compiled for version " + std::to_string(model.abi_version) +
                                        " of the interface, this runtime has version " +
                                        std::to_string(ASTRAGAL_ABI_VERSION));
  return model;
}

Model::Model(const astragal_model &description, const io::Data &data, ModelOptions modelOptions)
    : model(checkVersion(description)), options(std::move(modelOptions)), binding(model, data),
      pool(options.poolSize) {
  if (options.profiler)
    recorder = &options.profiler->open("data");
  for (int i = 0; i < ASTRAGAL_NUM_ENTRIES; ++i)
    entries[i].store(model.entries[i], std::memory_order_relaxed);
  pool::Workspace workspace = pool.acquire(workspaceBytes());

  size_t ranks = 0;
  for (unsigned i = 0; i < model.num_data; ++i)
    ranks += model.data[i].rank;
  std::vector<int64_t> dataSizes(ranks + 1, 0);
  if (ranks) {
    astragal_call call = {};
    call.data = binding.pointers();
    call.shapes = binding.shapes();
    call.sizes = dataSizes.data();
    runSetup(ASTRAGAL_DATA_SIZES, call, workspace, data);
  }
  binding.bind(data, dataSizes);
  nanInData = binding.describeNan(data, dataSizes);
  infinityInData = binding.describeInfinity(data, dataSizes);
  if (options.warn)
    for (const std::string &loss : binding.losses())
      options.warn(loss);

  prepared = pool::Block(4096);
  astragal_call call = {};
  call.data = binding.pointers();
  runSetup(ASTRAGAL_PREPARE, call, workspace, data);
  if (rejecting < 0)
    readSizes(workspace, data);
}

std::string Model::nameData(const std::string &message, const io::Data &data) const {
  if (data.all().empty())
    return message;
  // What a declaration promises: "m.stan:3:22: variable 'k' must be ...".
  constexpr std::string_view begin = ": variable '";
  size_t at = message.substr(0, message.find('\n')).find(begin), from = at + begin.size();
  size_t end = at == std::string::npos ? at : message.find('\'', from);
  if (end != std::string::npos) {
    std::string name = message.substr(from, end - from);
    const io::Value *value = data.find(name);
    if (value &&
        std::any_of(model.data, model.data + model.num_data, [&](const auto &v) { return name == v.name; }))
      return io::appendToFirstLine(data.source() + (value->line ? ":" + std::to_string(value->line) : "") +
                                       message.substr(at),
                                   " (declared at " + message.substr(0, at) + ")");
  }
  if (std::string blamed = blameData(message); blamed != message)
    return blamed;
  bool isFile = data.source() != io::Data().source();
  return isFile ? io::appendToFirstLine(message, " (data: " + data.source() + ")") : message;
}

void Model::runSetup(int index, astragal_call &call, pool::Workspace &workspace, const io::Data &data) {
  astragal_function function = entry(index);
  Printer printer(options.print);
  call.printer = printer.get();
  if (recorder) {
    recorder->reserve(model);
    call.profile = recorder->get();
  }
  for (;;) {
    call.data_seed = options.seed;
    call.prepared = prepared.data();
    call.prepared_bytes = prepared.size();
    call.workspace = workspace.data();
    call.workspace_bytes = workspace.size();
    call.prepared_needed = call.workspace_needed = 0;
    call.failed_check = 0;
    function(&call);
    bool again = false;
    if (call.workspace_needed > workspace.size()) {
      workspace.grow(call.workspace_needed);
      noteWorkspaceBytes(workspace.size());
      again = true;
    }
    if (call.prepared_needed > prepared.size()) {
      prepared = pool::Block();
      prepared = pool::Block(call.prepared_needed);
      again = true;
    }
    if (!again)
      break;
    printer.discard();
  }
  printer.flush();
  if (!call.failed_check)
    return;
  if (index == ASTRAGAL_PREPARE)
    return explainData(call, data);
  int32_t check = call.failed_check - 1;
  throw Error(Error::Kind::Data, nameData(checkMessage(check) + quoteCheck(check), data));
}

void Model::explainData(const astragal_call &call, const io::Data &data) {
  int32_t check = call.failed_check - 1;
  bool isFatal = uint32_t(check) >= model.num_checks || model.checks[check].kind == ASTRAGAL_FATAL;
  bool isOfPoints = false;
  std::string message;
  try {
    message = explain(entry(ASTRAGAL_EXPLAIN_PREPARE), call, 0);
    if (message.empty()) {
      // Not what the program itself does with data: a check of the model block, of data alone.
      pool::Workspace workspace = pool.acquire(workspaceBytes());
      readSizes(workspace, data);
      isOfPoints = !isFatal;
      message = explainAnywhere(call);
    }
  } catch (
      const std::exception &) { // not every model that runs can be explained, nor all of its sizes be read
  }
  if (message.empty())
    message = checkMessage(check) + quoteCheck(check);
  message = nameData(message, data);
  if (!isOfPoints)
    throw Error(Error::Kind::Data, message);
  rejecting = check;
  whyRejected = message;
}

std::string Model::explainAnywhere(const astragal_call &call) const {
  std::string plain = checkMessage(call.failed_check - 1);
  std::vector<double> origin(size_t(numUnconstrained) + 1);
  astragal_call anywhere = call;
  anywhere.input = origin.data();
  for (int index : {ASTRAGAL_EXPLAIN_LOG_DENSITY, ASTRAGAL_EXPLAIN_GENERATE}) {
    int32_t check = -1;
    std::string message = explain(entry(index), anywhere, size_t(outputValues), &check);
    if (check >= 0 && checkMessage(check) == plain)
      return message;
  }
  return "";
}

std::string Model::explain(astragal_function function, astragal_call call, size_t outputs,
                           int32_t *check) const {
  double values[ASTRAGAL_MAX_EXPLAINED] = {};
  std::vector<double> output(outputs);
  pool::Block memory(4096);
  call.output = output.data();
  call.explained = values;
  call.prepared = nullptr;
  call.prepared_bytes = 0;
  for (;;) {
    call.workspace = memory.data();
    call.workspace_bytes = memory.size();
    call.workspace_needed = call.prepared_needed = 0;
    call.failed_check = 0;
    function(&call);
    if (call.workspace_needed <= memory.size())
      break;
    memory = pool::Block(call.workspace_needed);
  }
  if (check)
    *check = call.failed_check - 1;
  if (!call.failed_check)
    return "";
  return describeCheck(model, call.failed_check - 1, values) + quoteCheck(call.failed_check - 1);
}

std::string Model::blameData(const std::string &message) const {
  if (nanInData.empty() || message.substr(0, message.find('\n')).find(" nan") == std::string::npos)
    return message;
  return io::appendToFirstLine(message, " (" + nanInData + ")");
}

std::string Model::quote(const std::string &file, uint32_t line, uint32_t column, size_t length) const {
  if (!options.source || !line || !column)
    return "";
  std::string text = options.source(file);
  std::string_view quoted = io::lineOf(text, line);
  return quoted.empty() ? "" : "\n" + io::quoteLine(quoted, column, length);
}

std::string Model::quoteCheck(int32_t index) const {
  if (index < 0 || uint32_t(index) >= model.num_checks || !model.checks[index].column)
    return "";
  const astragal_check &check = model.checks[index];
  return quote(check.file ? check.file : "", check.line, check.column);
}

std::string Model::declaration(const std::string &variable) const {
  for (unsigned i = 0; i < model.num_outputs; ++i)
    if (const astragal_variable &output = model.outputs[i]; output.line && variable == output.name)
      return " (declared at " + describePlace(output) + ")" +
             quote(output.file ? output.file : "", output.line, output.column, variable.size());
  return "";
}

void Model::readSizes(pool::Workspace &workspace, const io::Data &data) {
  size_t count = 1;
  for (unsigned i = 0; i < model.num_outputs; ++i)
    count += model.outputs[i].rank + (model.outputs[i].block == ASTRAGAL_PARAMETER);
  std::vector<int64_t> sizes(count, 0);
  astragal_call call = {};
  call.data = binding.pointers();
  call.sizes = sizes.data();
  runSetup(ASTRAGAL_SIZES, call, workspace, data);

  auto next = sizes.begin();
  numUnconstrained = *next++;
  for (unsigned i = 0; i < model.num_outputs; ++i) {
    const astragal_variable &variable = model.outputs[i];
    std::vector<int64_t> dims(next, next + variable.rank);
    next += variable.rank;
    auto fail = [&](const std::string &why) {
      std::string place = describePlace(variable);
      throw Error(Error::Kind::Data,
                  (place.empty() ? name() : place) + ": variable '" + variable.name + "': " + why);
    };
    constexpr double mostElements = 0x1p40; // no machine holds them, and no number of bytes overflows
    double count = 1;
    std::string product;
    for (int64_t dim : dims) {
      if (dim < 0)
        fail("negative size " + std::to_string(dim));
      count *= double(dim);
      product += (product.empty() ? "" : " x ") + std::to_string(dim);
    }
    if (count > mostElements)
      fail("it would have " + product + " elements");
    int64_t size = io::numElements(dims);
    for (int64_t place : io::storageOfColumns(dims, variable.array_rank))
      order.push_back(outputValues + place);
    for (std::string &element : io::elementNames(variable.name, dims))
      names.push_back(std::move(element));
    outputs.push_back({variable.name, variable.block, variable.scalar == ASTRAGAL_INT, variable.array_rank,
                       std::move(dims), size, outputValues, 0, 0});
    outputValues += size;
    if (variable.block != ASTRAGAL_GENERATED)
      constrainedValues = outputValues;
    if (variable.block == ASTRAGAL_PARAMETER)
      parameterValues = outputValues;
  }
  int64_t offset = 0;
  for (Variable &variable : outputs) {
    if (variable.block != ASTRAGAL_PARAMETER)
      continue;
    variable.unconstrainedSize = *next++;
    variable.unconstrainedOffset = offset;
    offset += variable.unconstrainedSize;
  }
  if (numUnconstrained < 0 || offset != numUnconstrained)
    throw Error(Error::Kind::Model, name() + ": sizes of parameters do not add up");
  bool same = true;
  for (size_t i = 0; i < order.size(); ++i)
    same &= order[i] == int64_t(i);
  if (same)
    order = {};
}

std::vector<std::string> Model::unconstrainedNames() const {
  std::vector<std::string> result;
  for (const Variable &variable : outputs) {
    if (variable.block != ASTRAGAL_PARAMETER)
      continue;
    std::vector<int64_t> dims;
    if (!variable.dims.empty())
      dims.push_back(variable.unconstrainedSize);
    for (std::string &element : io::elementNames(variable.name, dims))
      result.push_back(std::move(element));
  }
  return result;
}

bool Model::hasEntry(int index) const {
  return entries[index].load(std::memory_order_acquire) || options.provider;
}

astragal_function Model::entry(int index) const {
  astragal_function function = entries[index].load(std::memory_order_acquire);
  if (function)
    return function;
  std::lock_guard<std::mutex> lock(providerMutex);
  function = entries[index].load(std::memory_order_acquire);
  if (!function && options.provider)
    function = options.provider(index);
  if (!function)
    throw Error(Error::Kind::Model, name() + ": entry '" + entryNames[index] + "' is not compiled");
  entries[index].store(function, std::memory_order_release);
  return function;
}

void Model::noteWorkspaceBytes(size_t bytes) const {
  size_t known = workspaceBytes();
  while (known < bytes && !workspaceSize.compare_exchange_weak(known, bytes, std::memory_order_relaxed)) {
  }
}

void Model::prepareCall(astragal_call &call) const {
  call = {};
  call.data = binding.pointers();
  call.data_seed = options.seed;
  call.prepared = prepared.data();
  call.prepared_bytes = prepared.size();
}
