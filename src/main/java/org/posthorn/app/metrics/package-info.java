/// What the server tells machines about itself: figures for Prometheus, and whether it is alive and
/// ready, over HTTP on the machine itself.
///
/// Packages count in plain `Counters` of their own; [Figures] finds their public fields and
/// publishes them, so that a new counter needs nothing here. Gauges are given as functions.
package org.posthorn.app.metrics;
