// What HTML and htmx cannot do. Every page works without it.
// The parts stand in static/scripts/, one file a subject: portal/web/assets.py puts them behind these lines, by name, into
// one app.js. They share one scope, and what a part needs of another it asks for when something happens, not when it loads.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, handle, options) => document.addEventListener(type, handle, options);
