/// Security associations as the engine uses them: keys at work, replay windows, lifetimes, and how they are found.
package io.vanth.dataplane.userspace.sad;
