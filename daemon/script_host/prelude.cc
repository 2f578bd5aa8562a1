#include "daemon/script_host/prelude.h"

namespace goxel {

std::string_view Prelude() {
  return R"js(
(function (start, call, print) {
  'use strict';
  // A script may change what it finds: this one keeps what it needs.
  var stringify = JSON.stringify;
  var ErrorType = Error;
  var slice = Array.prototype.slice;

  function invoke(method, params) {
    var response = call(stringify({id: 1, method: method, params: params}));
    if (!response.error) return response.result;
    var error = new ErrorType(response.error.message);
    error.code = response.error.code;
    error.data = response.error.data || {};
    error.reason = error.data.reason;
    throw error;
  }

  // One object or array is the params; anything else is their first ones.
  function paramsOf(values) {
    if (values.length === 0) return undefined;
    var only = values.length === 1 && typeof values[0] === 'object';
    return only ? values[0] : slice.call(values);
  }

  function functionFor(method) {
    return function () { return invoke(method, paramsOf(arguments)); };
  }

  var goxel = {call: function (method, params) {
    return invoke(String(method), params);
  }};
  for (var i = 0; i < start.methods.length; ++i) {
    var method = start.methods[i];
    goxel[method.replace('goxel.', '')] = functionFor(method);
  }

  function textOf(value) {
    if (typeof value === 'string') return value;
    if (value instanceof ErrorType) return String(value);
    var json;
    try { json = stringify(value); } catch (error) { json = undefined; }
    return json === undefined ? String(value) : json;
  }

  function log() {
    var texts = [];
    for (var i = 0; i < arguments.length; ++i) texts.push(textOf(arguments[i]));
    print(texts.join(' '));
  }

  var global = new Function('return this')();
  global.goxel = goxel;
  global.console = {log: log, debug: log, info: log, warn: log, error: log};

  // The lines of a trace that are the script's own.
  function traceOf(error) {
    var lines = String(error.stack).split('\n');
    return lines.filter(function (line) {
      return !/goxel-prelude:|\) internal|\) native/.test(line);
    }).join('\n').replace(/ preventsyield/g, '');
  }

  function lineIn(trace) {
    var place = '(' + start.name + ':';
    var at = trace.indexOf(place);
    return at < 0 ? NaN : parseInt(trace.substr(at + place.length), 10);
  }

  // Duktape's own words for it do not say what was too much.
  function isOutOfMemory(error) {
    return error.message === 'alloc failed' || error.name === 'DoubleError';
  }

  return {
    result: function (value) {
      var json = stringify(value);
      return json === undefined ? 'null' : json;
    },
    error: function (thrown) {
      if (!(thrown instanceof ErrorType)) {
        return stringify({name: 'Error', message: textOf(thrown)});
      }
      if (isOutOfMemory(thrown)) {
        return stringify({
          name: 'RangeError',
          message: 'out of memory: a script may use ' + start.memory + ' bytes'
        });
      }
      var trace = traceOf(thrown);
      return stringify({
        name: String(thrown.name),
        message: String(thrown.message),
        line: lineIn(trace) || thrown.lineNumber,
        stack: trace
      });
    }
  };
})
)js";
}

}  // namespace goxel
