/* SPDX-License-Identifier: PostgreSQL
 * What the sections are made of: texts, rows, numbers, comparisons, elements, tables and charts. Text from the
 * warehouse enters the page by textContent and by chart labels only, never as HTML.
 */
"use strict";

const language = document.documentElement.lang;
const texts = JSON.parse(document.getElementById("texts").textContent);
const data = JSON.parse(document.getElementById("data").textContent);

/* ---- texts and numbers */

function say(key, values) {
	const text = texts[key];
	if (text === undefined)
		return key;
	return text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}
const sayOr = (key, other) => (texts[key] === undefined ? other : texts[key]);

const space = language === "zh" ? "" : " "; /* between sentences */
const locale = language === "zh" ? "zh-Hans" : "en";
const countFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const oneFormat = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const twoFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const none = "–";
const isNone = (value) => value === null || value === undefined;
const count = (value) => (isNone(value) ? none : countFormat.format(value));
const one = (value) => (isNone(value) ? none : oneFormat.format(value));
const two = (value) => (isNone(value) ? none : twoFormat.format(value));
const signed = (value) => (isNone(value) ? none : (value > 0 ? "+" : value < 0 ? "−" : "±") + countFormat.format(Math.abs(value)));
const percent = (value) => (isNone(value) ? none : countFormat.format(100 * value) + "%");
const percentRange = (low, high) => (isNone(low) ? none : countFormat.format(100 * low) + "–" + countFormat.format(100 * high) + "%");
const growth = (value) => (isNone(value) ? none : (value > 0 ? "+" : value < 0 ? "−" : "±") + countFormat.format(Math.abs(100 * value)) + "%");
const listFormat = new Intl.ListFormat(locale, { type: "conjunction" });
const list = (items) => listFormat.format(items);
const sum = (items, pick) => items.reduce((total, item) => total + (pick(item) || 0), 0);

/* ---- rows: a view as objects, null when the warehouse does not have it */

/* Marks that turn the direction of what follows, and other controls, are shown as such: a name must not change
 * how its neighbours read. */
const plain = (value) => (typeof value !== "string" ? value :
	value.replace(/[\t\n\r\u2028\u2029]+/g, " ").replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd"));
const tables = {};
function rows(view) {
	if (!(view in data))
		return null;
	if (!(view in tables)) {
		const { columns, rows: values } = data[view];
		tables[view] = values.map((row) => Object.fromEntries(columns.map((column, i) => [column, plain(row[i])])));
	}
	return tables[view];
}

const groups = new Map((rows("dim_group") || []).map((group) => [group.group_key, group]));
const named = (row, stem) => (language === "zh" && row[stem + "_zh"]) || row[stem];
const groupName = (key) => (groups.has(key) ? named(groups.get(key), "group_name") : key);

const years = new Map((rows("dim_year") || []).map((year) => [year.year, year]));
const headcounts = rows("headcount_year") || [];
const lastYear = headcounts.reduce((latest, row) => Math.max(latest, row.year), 0);
/* The latest year that will not grow any more by late profiles; comparisons rest on it. */
const fullYear = [...years.values()].reduce(
	(latest, year) => (year.is_complete && year.year <= lastYear ? Math.max(latest, year.year) : latest), 0) || lastYear;
const hasFullYear = fullYear > 0 && years.has(fullYear) && years.get(fullYear).is_complete;
const firstShownYear = Math.max(lastYear - 15, headcounts.reduce((first, row) => (row.headcount > 0 ? Math.min(first, row.year) : first), lastYear));
const isIncomplete = (year) => years.has(year) && !years.get(year).is_complete;

/* Groups by staff, largest first. */
const staffAt = new Map(headcounts.filter((row) => row.year === fullYear).map((row) => [row.group_key, row.headcount]));
const ranked = [...groups.keys()].sort((left, right) =>
	(staffAt.get(right) || 0) - (staffAt.get(left) || 0) || (left < right ? -1 : 1));
const MOST_SELECTED = 8;
/* Never empty where there are groups. */
let selected = ranked.filter((key, i) => staffAt.get(key) > 0 || i === 0).slice(0, 6);

/* ---- shares: interval, bounds and what may be said when two are compared */

const Z = 1.959963984540054;
function share(n, known, unknown) {
	const result = { n, known, unknown, value: null, low: null, high: null, boundLow: null, boundHigh: null };
	if (known > 0) {
		const p = n / known, zz = Z * Z / known;
		const middle = (p + zz / 2) / (1 + zz);
		const half = Z * Math.sqrt(p * (1 - p) / known + zz / (4 * known)) / (1 + zz);
		Object.assign(result, { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) });
	}
	if (known + unknown > 0)
		Object.assign(result, { boundLow: n / (known + unknown), boundHigh: (n + unknown) / (known + unknown) });
	return result;
}

/* sign: 1 left is higher, -1 lower, 0 not decided; reason says what stands in the way. */
function compare(left, right) {
	if (isNone(left.value) || isNone(right.value))
		return { sign: 0, reason: "nothing" };
	const side = (lowLeft, highLeft, lowRight, highRight) => (lowLeft > highRight ? 1 : lowRight > highLeft ? -1 : 0);
	const interval = side(left.low, left.high, right.low, right.high);
	const bounds = side(left.boundLow, left.boundHigh, right.boundLow, right.boundHigh);
	if (interval !== 0 && interval === bounds)
		return { sign: interval, reason: "" };
	return { sign: 0, reason: interval === 0 && bounds === 0 ? "both" : interval === 0 ? "interval" : bounds === 0 ? "bounds" : "both" };
}

/* ---- elements */

function el(tag, attributes, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes || {})) {
		if (name === "on")
			for (const [event, handler] of Object.entries(value))
				element.addEventListener(event, handler);
		else if (value !== false && !isNone(value))
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat().filter((child) => !isNone(child)));
	return element;
}
const paragraph = (text, kind) => el("p", kind ? { class: kind } : null, text);
/* Names of either direction of writing do not turn their neighbours around. */
const isolate = (text) => el("bdi", null, String(text));

function select(label, options, current, onChange) {
	return el("label", null, label + " ",
		el("select", { on: { change: (event) => onChange(event.target.value) } },
			options.map(([value, text]) => el("option", { value, selected: value === current }, text))));
}

/* ---- tables. columns: [label, value of a row, kind]; kinds: text, or a number formatted already */

function table(caption, columns, items) {
	const head = el("tr", null, columns.map(([label, , kind]) => el("th", { scope: "col", class: kind || "number" }, label)));
	const body = items.map((item) => el("tr", null, columns.map(([, value, kind], i) => {
		const content = value(item);
		const cell = isNone(content) || content === "" ? none : content instanceof Node ? content : kind ? isolate(content) : String(content);
		return i === 0 ? el("th", { scope: "row", class: kind || "number" }, cell) : el("td", { class: kind || "number" }, cell);
	})));
	return el("table", null, el("caption", null, caption), el("thead", null, head), el("tbody", null, body));
}
const openTables = new Set();
function dataTable(id, caption, columns, items) {
	const details = el("details", { class: "table", open: openTables.has(id), "data-rows": items.length, "data-table": id },
		el("summary", null, say("table.summary", { caption, n: count(items.length) })),
		el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table(caption, columns, items)));
	details.addEventListener("toggle", () => (details.open ? openTables.add(id) : openTables.delete(id)));
	return details;
}
const plainTable = (caption, columns, items) =>
	el("div", { class: "scroll open", tabindex: 0, role: "region", "aria-label": caption }, table(caption, columns, items));

/* ---- charts */

let charts = [];
let isPrinting = false;
const PRINT_WIDTH = 680;

function colours() {
	const style = getComputedStyle(document.documentElement);
	const read = (name) => style.getPropertyValue("--" + name).trim();
	return {
		paper: read("paper"), panel: read("panel"), ink: read("ink"), soft: read("soft"), rule: read("rule"), none: read("none"),
		low: read("low"), high: read("high"), series: [0, 1, 2, 3, 4, 5, 6, 7].map((i) => read("c" + i)), sans: read("sans"),
	};
}
const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];
const dashes = ["solid", "solid", "solid", "solid", [7, 3], [7, 3], [2, 3], [2, 3]];

function tip(title, lines) {
	return el("div", { style: "max-width:340px;white-space:normal;font-size:14px;line-height:1.4" },
		el("strong", null, isolate(title)), lines.map((line) => el("div", null, isolate(line))));
}
function draw(chart) {
	const c = colours();
	const option = chart.option(c, chart.holder.clientWidth);
	chart.instance.setOption(Object.assign({
		animation: false, textStyle: { fontFamily: c.sans, fontSize: 14, color: c.ink }, backgroundColor: "transparent",
	}, option, {
		tooltip: Object.assign({
			confine: true, backgroundColor: c.paper, borderColor: c.rule, textStyle: { color: c.ink, fontFamily: c.sans },
		}, option.tooltip),
	}), true);
	/* The picture says what it shows; its text alternative stands on the holder. */
	const svg = chart.holder.querySelector("svg");
	if (svg)
		svg.setAttribute("aria-hidden", "true");
}
/* The caller adds the returned element to the page; drawCharts draws what is new. */
function chart(title, description, height, option, options) {
	if (option.isEmpty)
		return el("figure", null, el("h3", null, isolate(title)), paragraph(say("nothing.known"), "note"));
	const holder = el("div", { class: "chart", role: "img", "aria-label": title + ". " + description, style: "height:" + height + "px" });
	charts.push({ holder, option, instance: null });
	const heading = options && options.isPanel ? el("h4", null, isolate(title)) : el("h3", null, isolate(title));
	return el("figure", null, heading, options && options.isPanel ? null : el("figcaption", null, description), holder);
}
function drawCharts() {
	charts = charts.filter((chart) => {
		if (chart.holder.isConnected)
			return true;
		if (chart.instance)
			chart.instance.dispose();
		return false;
	});
	for (const chart of charts) {
		if (chart.instance)
			continue;
		chart.instance = echarts.init(chart.holder, null, { renderer: "svg" });
		draw(chart);
	}
}
function redrawCharts() {
	for (const chart of charts) {
		const isPanel = chart.holder.closest(".panels") !== null;
		chart.instance.resize(isPrinting ? { width: isPanel ? PRINT_WIDTH / 2 - 16 : PRINT_WIDTH } : { width: "auto" });
		draw(chart);
	}
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
let resizing = 0;
addEventListener("resize", () => {
	clearTimeout(resizing);
	resizing = setTimeout(() => isPrinting || redrawCharts(), 120);
});
const opened = [];
function beginPrint() {
	if (isPrinting)
		return;
	isPrinting = true;
	/* Long tables, and what the page says in short elsewhere, stay closed on paper. */
	for (const details of document.querySelectorAll("details.table:not([open])")) {
		if (Number(details.dataset.rows) <= 30 && !/\.pairs$|^headline$/.test(details.dataset.table)) {
			details.open = true;
			opened.push(details);
		}
	}
	redrawCharts();
}
function endPrint() {
	isPrinting = false;
	opened.splice(0).forEach((details) => (details.open = false));
	redrawCharts();
}
addEventListener("beforeprint", beginPrint);
addEventListener("afterprint", endPrint);
matchMedia("print").addEventListener("change", (event) => (event.matches ? beginPrint() : endPrint()));

/* Options that several charts share. Labels take the room that they need; a fifth is left for the plot. */
const labelRoom = { outerBoundsMode: "same", outerBoundsContain: "axisLabel", outerBoundsClampWidth: "20%" };
const axisText = (c) => ({ color: c.soft, fontSize: 13 });
function yearAxis(c, shown) {
	return {
		type: "category", data: shown.map(String), axisTick: { show: false }, axisLine: { lineStyle: { color: c.ink } },
		axisLabel: Object.assign({ hideOverlap: true, formatter: (text) => text + (isIncomplete(Number(text)) ? "*" : "") }, axisText(c)),
	};
}
function valueAxis(c, format, more) {
	return Object.assign({
		type: "value", splitLine: { lineStyle: { color: c.rule } }, axisLabel: Object.assign({ formatter: format }, axisText(c)),
	}, more);
}
/* The next of 1, 2, 5, 10, 20 … above: both halves of an axis get even steps. */
function evenStep(value) {
	const power = 10 ** Math.floor(Math.log10(value));
	return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= value);
}
/* As much of the text as fits into the width, cut between characters as people see them. */
const ruler = document.createElement("canvas").getContext("2d");
const segmenter = new Intl.Segmenter(locale);
function shorten(text, width, size, sans) {
	ruler.font = size + "px " + sans;
	const fits = (part) => ruler.measureText(part).width <= width;
	if (fits(text))
		return text;
	const characters = [...segmenter.segment(text)].map((of) => of.segment);
	let least = 0, most = characters.length;
	while (least < most) {
		const middle = Math.ceil((least + most) / 2);
		if (fits(characters.slice(0, middle).join("") + "…"))
			least = middle;
		else
			most = middle - 1;
	}
	return characters.slice(0, least).join("").trimEnd() + "…";
}
/* Names down the left side. */
function nameAxis(c, names, width, size) {
	return {
		type: "category", inverse: true, data: names.map((name) => shorten(name, width, size || 14, c.sans)), axisTick: { show: false },
		axisLine: { show: false }, axisLabel: { color: c.ink, fontSize: size || 14 },
	};
}
const shownYears = () => Array.from({ length: lastYear - firstShownYear + 1 }, (_, i) => firstShownYear + i);

/* One line a group with its name at the end. value(row) is drawn, tell(row) are lines of the tooltip. */
function groupLines(view, value, format, tell, more, from) {
	const shown = shownYears().filter((year) => year >= (from || 0));
	const option = (c, width) => {
		const isNarrow = width < 560;
		const series = selected.map((key, i) => {
			const of = new Map(view.filter((row) => row.group_key === key).map((row) => [row.year, row]));
			return {
				type: "line", name: groupName(key), symbol: symbols[i], symbolSize: 7, color: c.series[i],
				lineStyle: { width: 2.5, type: dashes[i] }, connectNulls: false,
				data: shown.map((year) => ({ value: of.has(year) ? value(of.get(year)) : null, row: of.get(year) })),
				endLabel: { show: !isNarrow, formatter: "{a}", color: c.series[i], fontSize: 14, fontWeight: 600, distance: 8 },
				labelLayout: { moveOverlap: "shiftY" }, emphasis: { focus: "series" },
			};
		});
		return {
			grid: { left: 8, right: isNarrow ? 14 : 150, top: isNarrow ? 70 : 14, bottom: 8, ...labelRoom },
			legend: { show: isNarrow, top: 0, left: 0, textStyle: { color: c.ink, fontSize: 13 }, itemWidth: 22 },
			xAxis: yearAxis(c, shown), yAxis: valueAxis(c, format, more), series,
			tooltip: { trigger: "item", formatter: (at) => tip(at.seriesName + ", " + at.name, at.data.row ? tell(at.data.row) : []) },
		};
	};	option.isEmpty = !view.some((row) => selected.includes(row.group_key) && shown.includes(row.year) && !isNone(value(row)));
	return option;
}

/* A dot for the share of the known, a thick line for the interval, a thin one for the bounds. items: {label, share} */
function dotPlot(items, scaleMax) {
	return (c, width) => {
		const isNarrow = width < 560;
		const top = scaleMax || 1;
		const render = (params, api) => {
			const item = items[api.value(0)];
			const y = api.coord([0, api.value(0)])[1];
			const x = (value) => api.coord([value, 0])[0];
			const line = (from, to, size, opacity) => ({
				type: "line", shape: { x1: x(from), x2: x(to), y1: y, y2: y }, style: { stroke: item.colour || c.series[0], lineWidth: size, opacity, lineCap: "butt" },
			});
			const parts = [];
			if (!isNone(item.share.boundLow))
				parts.push(line(item.share.boundLow, item.share.boundHigh, 2, 1));
			if (!isNone(item.share.value)) {
				parts.push(line(item.share.low, item.share.high, 9, 0.38));
				parts.push({ type: "circle", shape: { cx: x(item.share.value), cy: y, r: 6 }, style: { fill: item.colour || c.series[0], stroke: c.paper, lineWidth: 1.5 } });
			}
			if (isNarrow)
				parts.push({ type: "text", x: params.coordSys.x, y: y + 9, style: { text: figure(item.share), fill: c.soft, font: "12px " + c.sans } });
			return { type: "group", children: parts };
		};
		return {
			grid: { left: 20, right: isNarrow ? 24 : 12, top: 8, bottom: 8, ...labelRoom },
			xAxis: valueAxis(c, (value) => percent(value), { min: 0, max: top }),
			yAxis: [nameAxis(c, items.map((item) => item.label), isNarrow ? 110 : 190), ...(isNarrow ? [] : [{
				type: "category", inverse: true, position: "right", data: items.map((item, i) => String(i)), axisTick: { show: false }, axisLine: { show: false },
				axisLabel: Object.assign({}, axisText(c), { formatter: (i) => figure(items[Number(i)].share) }),
			}])],
			series: [{ type: "custom", renderItem: render, data: items.map((item, i) => [i, isNone(item.share.value) ? 0 : item.share.value]), encode: { x: 1, y: 0 } },
				...(isNarrow ? [] : [{ type: "scatter", yAxisIndex: 1, data: [], silent: true }])],
			tooltip: { formatter: (at) => tip(items[at.dataIndex].label, shareLines(items[at.dataIndex].share)) },
		};
	};
}
const figure = (of) => say("share.figure", { share: percent(of.value), n: count(of.n), known: count(of.known), unknown: count(of.unknown) });
const shareLines = (of) => [
	figure(of),
	say("share.interval", { range: percentRange(of.low, of.high) }),
	say("share.bounds", { range: percentRange(of.boundLow, of.boundHigh) }),
];

/* Rows and columns of cells, darker for more. cells: [column, row, value, tooltip lines];
 * isOwnText: the columns are texts of ours, which may be broken into lines. */
function heatmap(columns, lines, cells, format, top, isOwnText) {
	return (c, width) => {
		const isTilted = columns.length > 9 || (width < 760 && columns.length > 3);
		const room = isTilted ? 120 : Math.max(80, (width - 200) / columns.length - 8);
		return heatmapOption(c, width, { columns: isOwnText && !isTilted ? columns : columns.map((name) => shorten(name, room, 13, c.sans)), lines, cells, format, top, isTilted, room, isOwnText: isOwnText && !isTilted });
	};
}
function heatmapOption(c, width, { columns, lines, cells, format, top, isTilted, room, isOwnText }) {
	return {
		grid: { left: 20, right: 8, top: 8, bottom: 8, ...labelRoom },
		xAxis: {
			type: "category", position: "top", data: columns, axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false },
			axisLabel: { color: c.ink, fontSize: 13, interval: 0, rotate: isTilted ? 45 : 0, width: room, overflow: isOwnText ? "break" : "none" },
		},
		yAxis: nameAxis(c, lines, width < 560 ? 95 : 190),
		visualMap: { show: false, min: 0, max: top || 1, dimension: 2, inRange: { color: [c.low, c.high] } },
		series: [{
			type: "heatmap", itemStyle: { borderColor: c.paper, borderWidth: 2 },
			data: cells.map(([column, line, value, tell]) => ({ value: [column, line, value], tell, label: { color: value > 0.55 * (top || 1) ? c.paper : c.ink } })),
			label: { show: width > 420, fontSize: 13, formatter: (at) => format(at.value[2]) },
		}],
		tooltip: { formatter: (at) => tip(lines[at.value[1]] + " · " + columns[at.value[0]], at.data.tell) },
	};
}
