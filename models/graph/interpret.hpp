/// Running graphs in a context of your own: with the operators' answers over any context, which take their time to
/// compile. The library holds those of the contexts that it ships: for them shipped_contexts.hpp is enough.
#pragma once

#include <tercet/models/graph/run.hpp>
#include <tercet/models/operators/answering.hpp>
#include <tercet/models/operators/list.hpp>
