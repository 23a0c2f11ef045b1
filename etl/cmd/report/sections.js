/* SPDX-License-Identifier: PostgreSQL
 * The sections of the page, in their order. One whose view the warehouse does not have is left out.
 */
"use strict";

const groupColumn = [say("column.group"), (row) => groupName(row.group_key), "text"];
const yearColumn = [say("column.year"), (row) => row.year + (isIncomplete(row.year) ? "*" : ""), "text"];
const countColumn = (name) => [say("column." + name), (row) => count(row[name])];
const knownColumns = [countColumn("n_known"), countColumn("n_unknown")];
const latestFirst = (view) => [...view].sort((left, right) =>
	ranked.indexOf(left.group_key) - ranked.indexOf(right.group_key) || right.year - left.year);
const ofSelected = (view) => view.filter((row) => selected.includes(row.group_key));
const at = (view, key, year) => view.find((row) => row.group_key === key && row.year === year);
const isPhone = () => document.documentElement.clientWidth < 640;
const colourOf = (key) => { const i = selected.indexOf(key); return i < 0 ? colours().none : colours().series[i]; };

/* What a section's own menus are set to; kept when the page is drawn again. */
const choices = {};
const chosen = (name, options) => (options.some(([value]) => value === choices[name]) ? choices[name] : options[0][0]);
function chooser(name, label, options) {
	return select(label, options, chosen(name, options), (value) => { choices[name] = value; render(); });
}
const selectedOptions = () => selected.map((key) => [key, groupName(key)]);

/* ---- headline */

function headline() {
	const current = headcounts.filter((row) => row.year === fullYear);
	const published = (rows("published_as_year") || []).filter((row) => row.year === fullYear);
	const total = (name) => sum(current, (row) => row[name]);
	const cards = [
		[count(total("headcount")), say("headline.staff", { year: fullYear, n: groups.size }),
			say("headline.staff.known", { known: count(total("published_people")), unknown: count(total("headcount") - total("published_people")) })],
		[count(total("joiners")), say("headline.joiners", { year: fullYear }),
			say("headline.joiners.known", { known: count(total("n_joiners_exact")), unknown: count(total("appeared")) })],
		[count(total("leavers")), say("headline.leavers", { year: fullYear }),
			say("headline.leavers.known", { known: count(total("n_leavers_exact")), unknown: count(total("lapsed")) })],
	];
	const claims = rows("claim_reconciliation");
	if (claims && claims.length > 0) {
		const held = claims.filter((claim) => claim.holds === true).length;
		const open = claims.filter((claim) => isNone(claim.holds)).length;
		cards.push([count(held) + "/" + count(claims.length), say("headline.claims"), say("headline.claims.known", { held: count(held), failed: count(claims.length - held - open), open: count(open) })]);
	}
	const columns = [
		groupColumn,
		[say("headline.column.staff", { year: fullYear }), (row) => count(row.headcount)],
		[say("headline.column.change", { year: fullYear - 3 }), (row) => growth(row.before > 0 ? row.headcount / row.before - 1 : null)],
		[say("headline.column.joiners", { year: fullYear }), (row) => count(row.joiners)],
		[say("column.appeared"), (row) => count(row.appeared)],
		[say("headline.column.leavers", { year: fullYear }), (row) => count(row.leavers)],
		[say("column.lapsed"), (row) => count(row.lapsed)],
		[say("column.published_people"), (row) => count(row.published_people)],
	];
	if (published.length > 0)
		columns.push([say("headline.column.ever", { year: fullYear }), (row) => count(row.ever)]);
	const lines = ranked.map((key) => at(current, key, fullYear)).filter((row) => row && row.headcount > 0).map((row) => Object.assign({
		before: (at(headcounts, row.group_key, fullYear - 3) || {}).headcount,
		ever: (at(published, row.group_key, fullYear) || {}).n_people_to_date,
	}, row));
	return [
		paragraph(headlineSentence(lines), "lead"),
		el("div", { class: "cards" }, cards.map(([value, label, detail]) =>
			el("div", { class: "card" }, el("b", null, value), el("span", null, label), el("span", { class: "soft" }, detail)))),
		plainTable(say("headline.table", { year: fullYear }), columns, lines.slice(0, 12)),
		lines.length > 12 ? dataTable("headline", say("headline.table.all", { year: fullYear }), columns, lines) : null,
	];
}
function headlineSentence(lines) {
	const grown = lines.filter((row) => row.before >= 20).map((row) => ({ key: row.group_key, growth: row.headcount / row.before - 1 }))
		.sort((left, right) => right.growth - left.growth);
	if (lines.length === 0)
		return say("headline.sentence.short", { year: fullYear });
	/* Years that differ in how much of them is known yet are not compared. */
	if (grown.length < 2 || !hasFullYear)
		return say("headline.sentence.largest", { largest: groupName(lines[0].group_key), staff: count(lines[0].headcount), year: fullYear });
	const last = grown[grown.length - 1];
	return say("headline.sentence", {
		largest: groupName(lines[0].group_key), staff: count(lines[0].headcount), year: fullYear, before: fullYear - 3,
		fastest: groupName(grown[0].key), fast: growth(grown[0].growth), slowest: groupName(last.key), slow: growth(last.growth),
	});
}

/* ---- headcount and coverage */

function headcount() {
	const coverage = rows("coverage_year");
	const known = (row) => { const of = coverage && at(coverage, row.group_key, row.year); return of ? of.n_start_known : null; };
	const parts = [chart(say("headcount.chart"), say("headcount.chart.caption", { year: fullYear }), 470, groupLines(headcounts,
		(row) => row.headcount, count, (row) => [
			say("headcount.tip", { n: count(row.headcount), change: signed(row.net_change) }),
			say("headcount.tip.published", { known: count(row.published_people), unknown: count(row.headcount - row.published_people) }),
		])),
	dataTable("headcount", say("headcount.table"), [
		groupColumn, yearColumn, countColumn("headcount"), [say("column.net_change"), (row) => signed(row.net_change)],
		[say("column.published_people"), (row) => count(row.published_people)],
		...(coverage ? [[say("column.n_start_known"), (row) => count(known(row))], [say("column.n_start_unknown"), (row) => count(isNone(known(row)) ? null : row.headcount - known(row))]] : []),
	], latestFirst(headcounts))];
	if (coverage && coverage.length > 0)
		parts.push(...coverageParts(coverage));
	return parts;
}
function coverageParts(coverage) {
	const aspects = ["n_start_known", "n_degree_known", "n_education_country_known", "n_previous_employer_known", "n_evidence_recent", "n_second_source"];
	const lines = selected.map((key) => at(coverage, key, fullYear)).filter((row) => row && row.n_people > 0);
	const cells = lines.flatMap((row, line) => aspects.map((aspect, column) => [column, line, row[aspect] / row.n_people,
		[say("known.of", { known: count(row[aspect]), unknown: count(row.n_people - row[aspect]) })]]));
	return [
		lines.length === 0 ? null : chart(say("coverage.chart", { year: fullYear }), say("coverage.chart.caption"), 70 + 40 * lines.length,
			heatmap(aspects.map((aspect) => say("column." + aspect)), lines.map((row) => groupName(row.group_key)), cells, percent, 1, true)),
		dataTable("coverage", say("coverage.table"), [groupColumn, yearColumn, countColumn("n_people"),
			...aspects.map((aspect) => [say("column." + aspect), (row) => count(row[aspect]) + " (" + percent(row.n_people > 0 ? row[aspect] / row.n_people : null) + ")"])], latestFirst(coverage)),
	];
}

/* ---- joiners and leavers */

function movement() {
	const shown = shownYears();
	const extent = Math.max(1, ...ofSelected(headcounts).filter((row) => row.year >= firstShownYear).flatMap((row) => [row.joiners + row.appeared, row.leavers + row.lapsed]));
	const step = evenStep(extent / 2);
	const panels = selected.map((key) => {
		const of = new Map(headcounts.filter((row) => row.group_key === key).map((row) => [row.year, row]));
		const bar = (c, name, colour, opacity, sign) => ({
			type: "bar", stack: "all", name: say("column." + name), color: colour, itemStyle: { opacity, color: colour }, barCategoryGap: "25%",
			data: shown.map((year) => ({ value: of.has(year) ? sign * of.get(year)[name] : 0, row: of.get(year) })),
		});
		return chart(groupName(key), say("movement.panel", { group: groupName(key) }), 210, (c) => ({
			grid: { left: 4, right: 4, top: 12, bottom: 4, ...labelRoom },
			xAxis: Object.assign(yearAxis(c, shown), { axisLine: { onZero: true, lineStyle: { color: c.ink } } }),
			yAxis: valueAxis(c, (value) => count(Math.abs(value)), { min: -2 * step, max: 2 * step, interval: step }),
			series: [bar(c, "joiners", c.series[0], 1, 1), bar(c, "appeared", c.series[0], 0.4, 1), bar(c, "leavers", c.series[1], 1, -1), bar(c, "lapsed", c.series[1], 0.4, -1), {
				type: "line", name: say("column.net_change"), color: c.ink, symbol: "none", lineStyle: { width: 2 },
				data: shown.map((year) => ({ value: of.has(year) ? of.get(year).net_change : null, row: of.get(year) })),
			}],
			tooltip: {
				trigger: "axis", formatter: (items) => {
					const row = items.map((item) => item.data.row).find(Boolean);
					return tip(groupName(key) + ", " + items[0].name, row ? movementLines(row) : []);
				},
			},
		}), { isPanel: true });
	});
	return [
		el("h3", null, say("movement.chart")), paragraph(say("movement.chart.caption"), "note"), movementLegend(),
		el("div", { class: "panels" }, panels),
		dataTable("movement", say("movement.table"), [groupColumn, yearColumn, countColumn("joiners"), countColumn("n_joiners_exact"), countColumn("appeared"),
			countColumn("leavers"), countColumn("n_leavers_exact"), countColumn("lapsed"), [say("column.net_change"), (row) => signed(row.net_change)]], latestFirst(headcounts)),
	];
}
const movementLines = (row) => [
	say("movement.tip.joiners", { n: count(row.joiners), exact: count(row.n_joiners_exact), unknown: count(row.appeared) }),
	say("movement.tip.leavers", { n: count(row.leavers), exact: count(row.n_leavers_exact), unknown: count(row.lapsed) }),
	say("movement.tip.net", { n: signed(row.net_change) }),
];
function movementLegend() {
	const key = (variable, opacity, text) => el("span", null,
		el("span", { style: "display:inline-block;width:14px;height:14px;vertical-align:-2px;margin-right:6px;background:var(--" + variable + ");opacity:" + opacity + ";print-color-adjust:exact", "aria-hidden": true }), text);
	return el("div", { class: "controls legend" }, key("c0", 1, say("column.joiners")), key("c0", 0.4, say("column.appeared")), key("c1", 1, say("column.leavers")),
		key("c1", 0.4, say("column.lapsed")), el("span", null, el("span", { style: "display:inline-block;width:18px;border-top:2px solid var(--ink);vertical-align:4px;margin-right:6px", "aria-hidden": true }), say("column.net_change")));
}

/* ---- shares. kind names the texts; count of the share and whether the rows are flows (years may be added up) or stocks */

function pooled(view, key, name, from, to) {
	const own = view.filter((row) => row.group_key === key && row.year >= from && row.year <= to);
	return share(sum(own, (row) => row[name]), sum(own, (row) => row.n_known), sum(own, (row) => row.n_unknown));
}
function shareSection(kind, view, name, isFlow) {
	const from = isFlow ? fullYear - 2 : fullYear;
	const period = isFlow ? from + "–" + fullYear : String(fullYear);
	const earlier = isFlow ? (from - 3) + "–" + (from - 1) : String(fullYear - 3);
	const items = selected.map((key) => ({
		key, label: groupName(key), colour: colourOf(key), share: pooled(view, key, name, from, fullYear),
		before: isFlow ? pooled(view, key, name, from - 3, from - 1) : pooled(view, key, name, fullYear - 3, fullYear - 3),
	})).sort((left, right) => (right.share.value ?? -1) - (left.share.value ?? -1));
	const stem = "share." + kind;
	const shareOf = (row) => share(row[name], row.n_known, row.n_unknown);
	const lines = groupLines(view, (row) => (row.n_known >= 5 ? row[name] / row.n_known : null), percent, (row) => shareLines(shareOf(row)), { min: 0 },
		kind === "era" ? Math.min(...view.filter((row) => row[name] > 0).map((row) => row.year)) - 2 : 0);
	return [
		...comparisons(kind, period, earlier, items),
		chart(say(stem + ".chart", { period }), say("share.dot.caption"), 24 + 44 * items.length, (c, width) => dotPlot(items.map((item) => Object.assign({}, item, { colour: colourOf(item.key) })))(c, width)),
		pairTables(kind, period, earlier, items),
		chart(say(stem + ".trend"), say("share.trend.caption"), 380, lines),
		dataTable(kind + ".years", say(stem + ".table"), [
			groupColumn, yearColumn, [say("column." + name), (row) => count(row[name])], ...knownColumns,
			[say("column.share"), (row) => percent(shareOf(row).value)],
			[say("column.interval"), (row) => percentRange(shareOf(row).low, shareOf(row).high)],
			[say("column.bounds"), (row) => percentRange(shareOf(row).boundLow, shareOf(row).boundHigh)],
			...(kind === "phd" ? ["n_master", "n_bachelor", "n_other"].map(countColumn) : []),
		], latestFirst(view)),
	];
}
function pairs(items) {
	return items.flatMap((left, i) => items.slice(i + 1).map((right) => ({ left, right, result: compare(left.share, right.share) })));
}
function verdict(result, up, down) {
	if (result.sign !== 0)
		return el("span", { class: "good" }, result.sign > 0 ? up : down);
	return el("span", { class: "open-question" }, say("verdict.open") + " (" + say("verdict." + result.reason) + ")");
}
function comparisons(kind, period, earlier, items) {
	const all = pairs(items);
	const decided = all.filter((pair) => pair.result.sign !== 0);
	if (all.length === 0)
		return [];
	const first = items[0], last = items[items.length - 1];
	const ends = compare(first.share, last.share);
	const names = { high: first.label, low: last.label, highShare: percent(first.share.value), lowShare: percent(last.share.value), period };
	return [paragraph((ends.sign !== 0 ? say("verdict.ends", names) : say("verdict.ends.open", names)) + space + say("verdict.count", { decided: count(decided.length), all: count(all.length) }), "finding")];
}
function pairTables(kind, period, earlier, items) {
	const all = pairs(items);
	const shareColumns = [
		[say("column.share"), (item) => percent(item.share.value)], [say("column.n"), (item) => count(item.share.n)],
		[say("column.n_known"), (item) => count(item.share.known)], [say("column.n_unknown"), (item) => count(item.share.unknown)],
		[say("column.interval"), (item) => percentRange(item.share.low, item.share.high)], [say("column.bounds"), (item) => percentRange(item.share.boundLow, item.share.boundHigh)],
		[say("column.before", { period: earlier }), (item) => percent(item.before.value) + " (" + count(item.before.known) + "/" + count(item.before.unknown) + ")"],
		[say("column.since", { period: earlier }), (item) => verdict(compare(item.share, item.before), say("verdict.rose"), say("verdict.fell")), "text"],
	];
	return el("div", null,
		dataTable(kind + ".dots", say("share." + kind + ".chart", { period }), [[say("column.group"), (item) => item.label, "text"], ...shareColumns], items),
		all.length === 0 ? null : dataTable(kind + ".pairs", say("verdict.table", { period }), [
			[say("verdict.left"), (pair) => pair.left.label, "text"], [say("column.share"), (pair) => figure(pair.left.share)],
			[say("verdict.right"), (pair) => pair.right.label, "text"], [say("column.share"), (pair) => figure(pair.right.share)],
			[say("verdict.result"), (pair) => verdict(pair.result, say("verdict.higher", { name: pair.left.label }), say("verdict.higher", { name: pair.right.label })), "text"],
		], all));
}
function fresh(view) {
	const items = selected.map((key) => ({ key, label: groupName(key), share: pooled(view, key, "n_fresh_phd", fullYear - 2, fullYear) }));
	const period = (fullYear - 2) + "–" + fullYear;
	return [...shareSection("fresh", view, "n_fresh", true),
		chart(say("share.fresh_phd.chart", { period }), say("share.dot.caption"), 24 + 44 * items.length, (c, width) => dotPlot(items.map((item) => Object.assign({}, item, { colour: colourOf(item.key) })))(c, width)),
		dataTable("fresh_phd", say("share.fresh_phd.chart", { period }), [[say("column.group"), (item) => item.label, "text"], [say("column.n"), (item) => count(item.share.n)],
			[say("column.n_known"), (item) => count(item.share.known)], [say("column.n_unknown"), (item) => count(item.share.unknown)], [say("column.share"), (item) => percent(item.share.value)],
			[say("column.interval"), (item) => percentRange(item.share.low, item.share.high)], [say("column.bounds"), (item) => percentRange(item.share.boundLow, item.share.boundHigh)]], items)];
}

/* ---- schools */

function schools(view) {
	const periods = [...new Set(view.map((row) => row.period))].sort((left, right) => (left === "all" ? -1 : right === "all" ? 1 : 0)).map((period) => [period, say("era." + period)]);
	const period = chosen("schools.period", periods);
	const columns = [
		[say("column.rank"), (row) => count(row.school_rank) + (row.rank_low === row.rank_high ? "" : " (" + count(row.rank_low) + "–" + count(row.rank_high) + ")")],
		[say("column.school"), (row) => named(row, "school_name"), "text"], [say("column.country"), (row) => row.school_country_code, "text"],
		[say("column.people"), (row) => count(row.n_people)], [say("column.share"), (row) => percent(row.people_share)],
		[say("column.interval"), (row) => percentRange(row.people_share_low, row.people_share_high)],
	];
	const option = selectedOptions();
	const key = chosen("schools.group", option);
	const own = view.filter((row) => row.group_key === key && row.period === period).sort((left, right) => left.school_rank - right.school_rank).slice(0, 15);
	const bars = (c, width) => ({
		grid: { left: 20, right: 60, top: 4, bottom: 8, ...labelRoom },
		xAxis: valueAxis(c, count), yAxis: nameAxis(c, own.map((row) => named(row, "school_name")), width < 560 ? 140 : 330),
		series: [{ type: "bar", data: own.map((row) => row.n_people), color: colourOf(key), barCategoryGap: "30%", label: { show: true, position: "right", color: c.ink, formatter: (at) => count(at.value) } }],
		tooltip: { formatter: (item) => tip(named(own[item.dataIndex], "school_name"), shareLines(share(own[item.dataIndex].n_people, own[item.dataIndex].n_known, own[item.dataIndex].n_unknown))) },
	});
	return [
		el("div", { class: "controls" }, chooser("schools.group", say("column.group"), option), chooser("schools.period", say("column.period"), periods)),
		own.length === 0 ? paragraph(say("nobody"), "note") : chart(say("schools.chart", { group: groupName(key), period: say("era." + period) }),
			say("known.of", { known: count(own[0].n_known), unknown: count(own[0].n_unknown) }) + space + say("schools.caption"), 30 + 30 * own.length, bars),
		...selected.map((group) => {
			const lines = view.filter((row) => row.group_key === group && row.period === period).sort((left, right) => left.school_rank - right.school_rank);
			return lines.length === 0 ? null : dataTable("schools." + group, say("schools.table", { group: groupName(group), period: say("era." + period), known: count(lines[0].n_known), unknown: count(lines[0].n_unknown) }), columns, lines);
		}),
	];
}

/* ---- origins, destinations */

const categories = ["fresh_graduate", "large_domestic_company", "foreign_company", "start_up", "academia", "other", "unknown"];
const categoryColour = (c, category) => (category === "unknown" ? c.none : c.series[categories.indexOf(category)]);

function paths(origins, destinations) {
	const options = selectedOptions();
	if (options.length === 0)
		return [paragraph(say("nobody"), "note")];
	const periods = ["all", ...new Set([...origins, ...destinations].map((row) => row.period).filter((period) => period !== "all"))]
		.sort((left, right) => ["all", "llm", "transition", "vision", "earlier"].indexOf(left) - ["all", "llm", "transition", "vision", "earlier"].indexOf(right)).map((period) => [period, say("era." + period)]);
	const key = chosen("paths.group", options), period = chosen("paths.period", periods);
	const pick = (view) => view.filter((row) => row.group_key === key && row.period === period);
	const came = pick(origins), went = pick(destinations);
	const title = { group: groupName(key), period: say("era." + period) };
	const unknownOf = (view) => sum(view.filter((row) => row.category === "unknown"), (row) => row.n_people);
	const knownText = (view, stem) => say(stem, { known: count(sum(view, (row) => row.n_people) - unknownOf(view)), unknown: count(unknownOf(view)) });
	const table = (id, view, caption) => dataTable(id, caption, [
		[say("column.organisation"), (row) => otherName(row), "text"], [say("column.category"), (row) => say("category." + row.category), "text"], [say("column.people"), (row) => count(row.n_people)],
		[say("column.share_all"), (row) => percent(row.n_people / sum(view, (other) => other.n_people))],
	], [...view].sort((left, right) => right.n_people - left.n_people));
	return [
		el("div", { class: "controls" }, chooser("paths.group", say("column.group"), options), chooser("paths.period", say("column.period"), periods)),
		came.length + went.length === 0 ? paragraph(say("nobody"), "note") : chart(say("paths.chart", title), knownText(came, "paths.came") + space + knownText(went, "paths.went"), 760, (c, width) => sankey(c, width, key, came, went)),
		came.length > 0 ? table("paths.came", came, say("paths.table.came", title)) : null,
		went.length > 0 ? table("paths.went", went, say("paths.table.went", title)) : null,
		...shareBars("origins", origins, period, categories), ...shareBars("destinations", destinations, period, categories.slice(1)),
	];
}
function otherName(row) {
	if (row.other_group_key === "")
		return say("category.rest", { category: say("category." + row.category) });
	if (row.category === "unknown" || row.category === "fresh_graduate" || isNone(row.other_group_name) || row.other_group_key === "unknown")
		return say("category." + row.category);
	return named(row, "other_group_name");
}
/* The largest organisations by name, the others by category, so that labels do not run into each other. */
function sankeySide(view, most) {
	const total = sum(view, (row) => row.n_people);
	const byName = view.filter((row) => row.other_group_key !== "").sort((left, right) => right.n_people - left.n_people);
	const isNamed = new Set(byName.slice(0, most).filter((row) => row.n_people >= total * 0.015));
	const hasNamed = new Set([...isNamed].map((row) => row.category));
	const nodes = new Map();
	for (const row of view) {
		const name = isNamed.has(row) ? otherName(row) : !hasNamed.has(row.category) || ["fresh_graduate", "unknown"].includes(row.category) ? say("category." + row.category) : say("category.rest", { category: say("category." + row.category) });
		const id = row.category + "\u0000" + name;
		const node = nodes.get(id) || { id, name, category: row.category, n: 0 };
		node.n += row.n_people;
		nodes.set(id, node);
	}
	return [...nodes.values()].sort((left, right) => categories.indexOf(left.category) - categories.indexOf(right.category) || right.n - left.n);
}
function sankey(c, width, key, came, went) {
	const isNarrow = width < 560;
	const left = sankeySide(came, isNarrow ? 6 : 11), right = sankeySide(went, isNarrow ? 6 : 11);
	const label = (side, node) => ({ position: side === "left" ? "right" : "left", formatter: () => shorten(node.name, isNarrow ? 110 : 260, isNarrow ? 11 : 14, c.sans) + "  " + count(node.n) });
	const node = (side) => (of) => ({ name: side + of.id, depth: side === "left" ? 0 : 2, itemStyle: { color: categoryColour(c, of.category) }, label: label(side, of), of });
	return {
		series: [{
			type: "sankey", left: 4, right: 4, top: 28, bottom: 16, nodeGap: 10, nodeWidth: 16, layoutIterations: 0, draggable: false,
			label: { color: c.ink, fontSize: isNarrow ? 11 : 14, textBorderColor: c.paper, textBorderWidth: 3 }, lineStyle: { color: "source", opacity: 0.32, curveness: 0.5 }, emphasis: { focus: "adjacency" },
			data: [...left.map(node("left")), { name: "middle", depth: 1, itemStyle: { color: c.ink }, label: { position: "top", fontWeight: 700, fontSize: 15, formatter: () => groupName(key) } }, ...right.map(node("right"))],
			links: [...left.map((of) => ({ source: "left" + of.id, target: "middle", value: of.n, of, lineStyle: { color: categoryColour(c, of.category) } })),
				...right.map((of) => ({ source: "middle", target: "right" + of.id, value: of.n, of, lineStyle: { color: categoryColour(c, of.category) } }))],
		}],
		tooltip: { trigger: "item", formatter: (item) => tip(item.data.of ? item.data.of.name : groupName(key), item.data.of ? [say("category." + item.data.of.category), say("people", { n: count(item.data.of.n) })] : []) },
	};
}
function shareBars(kind, view, period, shown) {
	const lines = selected.map((key) => {
		const own = view.filter((row) => row.group_key === key && row.period === period);
		const line = { key, total: sum(own, (row) => row.n_people) };
		for (const category of shown)
			line[category] = sum(own.filter((row) => row.category === category), (row) => row.n_people);
		return line;
	}).filter((line) => line.total > 0);
	if (lines.length === 0)
		return [];
	const caption = say("paths." + kind + ".chart", { period: say("era." + period) });
	const known = (line) => line.total - line.unknown;
	return [
		chart(caption, say("paths.bars.caption"), (isPhone() ? 130 : 70) + 38 * lines.length, (c, width) => ({
			grid: { left: 20, right: 28, top: width < 560 ? 100 : 34, bottom: 4, ...labelRoom },
			legend: { top: 0, left: 0, textStyle: { color: c.ink, fontSize: 13 }, itemWidth: 16, itemHeight: 12 },
			xAxis: valueAxis(c, percent, { min: 0, max: 1 }),
			yAxis: nameAxis(c, lines.map((line) => groupName(line.key)), width < 560 ? 95 : 190),
			series: shown.map((category) => ({
				type: "bar", stack: "all", name: say("category." + category), color: categoryColour(c, category), barCategoryGap: "30%", itemStyle: { borderColor: c.paper, borderWidth: 1 },
				data: lines.map((line) => ({ value: line[category] / line.total, n: line[category], line })),
				label: { show: true, fontSize: 12, color: category === "unknown" ? c.ink : c.paper, formatter: (at) => (at.value >= (width < 560 ? 0.14 : 0.06) ? percent(at.value) : "") },
			})),
			tooltip: { trigger: "item", formatter: (at) => tip(groupName(at.data.line.key) + " · " + at.seriesName, [say("people", { n: count(at.data.n) }), say("known.of", { known: count(known(at.data.line)), unknown: count(at.data.line.unknown) })]) },
		})),
		dataTable("paths." + kind, caption, [[say("column.group"), (line) => groupName(line.key), "text"], [say("column.people"), (line) => count(line.total)],
			[say("column.n_known"), (line) => count(known(line))], [say("column.n_unknown"), (line) => count(line.unknown)],
			...shown.filter((category) => category !== "unknown").map((category) => [say("category." + category), (line) => count(line[category]) + " (" + percent(known(line) > 0 ? line[category] / known(line) : null) + ")"])], lines),
	];
}

/* ---- flows between groups */

function flows(view) {
	const periods = [["five", (fullYear - 4) + "–" + fullYear], ["all", say("era.all")]];
	const period = chosen("flows.period", periods);
	const from = period === "five" ? fullYear - 4 : 0;
	const totals = new Map();
	for (const row of view.filter((row) => row.year >= from && row.year <= fullYear)) {
		const key = row.from_group_key + "\u0000" + row.to_group_key;
		totals.set(key, (totals.get(key) || 0) + row.n_people);
	}
	const flow = (left, right) => totals.get(left + "\u0000" + right) || 0;
	const weight = (key) => sum(ranked, (other) => flow(key, other) + flow(other, key));
	const shown = ranked.filter((key) => weight(key) > 0).sort((left, right) => weight(right) - weight(left)).slice(0, 12);
	if (shown.length === 0)
		return [paragraph(say("nobody"), "note")];
	const names = shown.map(groupName);
	const cells = shown.flatMap((left, line) => shown.map((right, column) => [column, line, flow(left, right),
		[say("flows.tip", { from: names[line], to: names[column], n: count(flow(left, right)), back: count(flow(right, left)) })]])).filter(([column, line]) => column !== line);
	const balance = shown.map((key) => ({ key, into: sum(ranked, (other) => flow(other, key)), out: sum(ranked, (other) => flow(key, other)) }));
	const origins = (rows("joiner_origin_year") || []).filter((row) => row.period === "all");
	const note = origins.length > 0 ? space + say("flows.unknown", { unknown: count(sum(origins.filter((row) => row.category === "unknown"), (row) => row.n_people)), all: count(sum(origins, (row) => row.n_people)) }) : "";
	const lines = [...totals].map(([key, n]) => ({ from: key.split("\u0000")[0], to: key.split("\u0000")[1], n })).sort((left, right) => right.n - left.n);
	return [
		el("div", { class: "controls" }, chooser("flows.period", say("column.period"), periods)),
		chart(say("flows.chart"), say("flows.chart.caption") + note, 130 + 38 * shown.length, heatmap(names, names, cells, (value) => (value > 0 ? count(value) : ""), Math.max(1, ...cells.map((cell) => cell[2])))),
		dataTable("flows", say("flows.table"), [[say("column.from"), (line) => groupName(line.from), "text"], [say("column.to"), (line) => groupName(line.to), "text"], [say("column.people"), (line) => count(line.n)], [say("column.back"), (line) => count(flow(line.to, line.from))]], lines),
		plainTable(say("flows.balance"), [[say("column.group"), (line) => groupName(line.key), "text"], [say("flows.into"), (line) => count(line.into)], [say("flows.out"), (line) => count(line.out)], [say("flows.net"), (line) => signed(line.into - line.out)]], balance),
	];
}

/* ---- age */

function age(view) {
	const error = (row) => (row.n_known > 1 && !isNone(row.age_stddev) ? Z * row.age_stddev / Math.sqrt(row.n_known) : null);
	const range = (row) => (isNone(error(row)) ? none : one(row.mean_age - error(row)) + "–" + one(row.mean_age + error(row)));
	return [
		chart(say("age.chart"), say("age.chart.caption"), 400, groupLines(view, (row) => (row.n_known >= 5 ? row.mean_age : null), count, (row) => [
			say("age.tip", { mean: one(row.mean_age), range: range(row) }), say("age.tip.under", { share: percent(row.share_under_30) }),
			say("known.of", { known: count(row.n_known), unknown: count(row.n_unknown) })], { scale: true })),
		dataTable("age", say("age.table"), [groupColumn, yearColumn, countColumn("headcount"), ...knownColumns, [say("column.mean_age"), (row) => one(row.mean_age)],
			[say("column.interval"), range], [say("column.age_stddev"), (row) => one(row.age_stddev)], [say("column.share_under_30"), (row) => percent(row.share_under_30)]], latestFirst(view)),
	];
}

/* ---- retention: cohorts of the last ten full years together, and one by one in the table */

function kaplanMeier(view) {
	const byTime = new Map();
	for (const row of view) {
		const sums = byTime.get(row.years_since) || { t: row.years_since, risk: 0, left: 0, censored: 0 };
		sums.risk += row.n_at_risk;
		sums.left += row.n_left;
		sums.censored += row.n_censored;
		byTime.set(row.years_since, sums);
	}
	let survival = 1, variance = 0;
	return [...byTime.values()].sort((left, right) => left.t - right.t).map((at) => {
		if (at.risk > 0)
			survival *= 1 - at.left / at.risk;
		if (at.risk > at.left)
			variance += at.left / (at.risk * (at.risk - at.left));
		let low = survival, high = survival;
		if (survival > 0 && survival < 1) {
			const spread = Z * Math.sqrt(variance) / Math.log(survival);
			low = survival ** Math.exp(-spread);
			high = survival ** Math.exp(spread);
		}
		return Object.assign({ survival, low: Math.min(low, high), high: Math.max(low, high) }, at);
	});
}
function retention(view) {
	const from = fullYear - 10;
	const curves = selected.map((key) => ({ key, points: kaplanMeier(view.filter((row) => row.group_key === key && row.join_year >= from && row.join_year < fullYear)).filter((point) => point.t <= 10 && point.risk >= 5) })).filter((curve) => curve.points.length > 1);
	if (curves.length === 0)
		return [paragraph(say("nobody"), "note")];
	const longest = Math.max(...curves.flatMap((curve) => curve.points.map((point) => point.t)));
	const ticks = Array.from({ length: longest + 1 }, (_, i) => i);
	const pointLines = (point) => [say("retention.tip", { share: percent(point.survival), range: percentRange(point.low, point.high) }), say("retention.tip.known", { risk: count(point.risk), left: count(point.left), censored: count(point.censored) })];
	const three = curves.map((curve) => ({ key: curve.key, point: curve.points.find((point) => point.t === 3) })).filter((item) => item.point).sort((left, right) => right.point.survival - left.point.survival);
	const finding = three.length < 2 ? null : (() => {
		const high = three[0], low = three[three.length - 1];
		const values = { high: groupName(high.key), highShare: percent(high.point.survival), low: groupName(low.key), lowShare: percent(low.point.survival) };
		return paragraph(say(high.point.low > low.point.high ? "retention.finding" : "retention.finding.open", values), "finding");
	})();
	return [
		finding,
		chart(say("retention.chart", { from, to: fullYear - 1 }), say("retention.chart.caption"), 420, (c, width) => ({
			grid: { left: 8, right: width < 560 ? 14 : 150, top: width < 560 ? 70 : 14, bottom: 24, ...labelRoom },
			legend: { show: width < 560, top: 0, left: 0, textStyle: { color: c.ink, fontSize: 13 }, itemWidth: 22 },
			xAxis: { type: "category", data: ticks.map(String), boundaryGap: false, name: say("retention.axis"), nameLocation: "middle", nameGap: 26, nameTextStyle: axisText(c), axisLine: { lineStyle: { color: c.ink } }, axisTick: { show: false }, axisLabel: axisText(c) },
			yAxis: valueAxis(c, percent, { min: 0, max: 1 }),
			series: curves.map((curve) => { const i = selected.indexOf(curve.key); return {
				type: "line", step: "end", name: groupName(curve.key), symbol: symbols[i], symbolSize: 6, color: c.series[i], lineStyle: { width: 2.5, type: dashes[i] },
				data: ticks.map((t) => { const point = curve.points.find((at) => at.t === t); return { value: point ? point.survival : null, point }; }),
				endLabel: { show: width >= 560, formatter: "{a}", color: c.series[i], fontSize: 14, fontWeight: 600, distance: 8 }, labelLayout: { moveOverlap: "shiftY" }, emphasis: { focus: "series" },
			}; }),
			tooltip: { trigger: "item", formatter: (item) => tip(item.seriesName + " · " + say("retention.years", { n: item.name }), item.data.point ? pointLines(item.data.point) : []) },
		})),
		dataTable("retention.all", say("retention.table.all", { from, to: fullYear - 1 }), [[say("column.group"), (row) => groupName(row.key), "text"], [say("retention.axis"), (row) => count(row.t)],
			[say("column.n_at_risk"), (row) => count(row.risk)], [say("column.n_left"), (row) => count(row.left)], [say("column.n_censored"), (row) => count(row.censored)], [say("column.survival"), (row) => percent(row.survival)], [say("column.interval"), (row) => percentRange(row.low, row.high)]],
		curves.flatMap((curve) => curve.points.map((point) => Object.assign({ key: curve.key }, point)))),
		dataTable("retention", say("retention.table"), [groupColumn, [say("column.join_year"), (row) => String(row.join_year), "text"], [say("retention.axis"), (row) => count(row.years_since)], countColumn("n_at_risk"), countColumn("n_left"), countColumn("n_censored"),
			[say("column.survival"), (row) => percent(row.survival)], [say("column.interval"), (row) => percentRange(row.survival_low, row.survival_high)]], ofSelected(view).filter((row) => row.join_year >= from)),
	];
}

/* ---- directions, papers */

function directions(view) {
	const own = selected.map((key) => ({ key, of: view.filter((row) => row.group_key === key && row.year === fullYear) })).filter((line) => line.of.length > 0);
	if (own.length === 0)
		return [paragraph(say("nobody"), "note")];
	const weight = (direction) => sum(own, (line) => (line.of.find((row) => row.direction_key === direction) || {}).weight_share);
	const shown = [...new Set(view.map((row) => row.direction_key))].sort((left, right) => (left === "other") - (right === "other") || weight(right) - weight(left));
	const directionName = (key) => sayOr("direction." + key, (view.find((row) => row.direction_key === key) || {}).direction_name || key);
	const cells = shown.flatMap((direction, line) => own.map((group, column) => { const row = group.of.find((of) => of.direction_key === direction); return [column, line, row ? row.weight_share || 0 : 0, [row ? say("directions.tip", { papers: count(row.n_papers), people: count(row.n_people) }) : say("nobody")]]; }));
	const unplaced = own.map((line) => say("directions.unplaced", { group: groupName(line.key), share: percent((line.of.find((row) => row.direction_key === "other") || { weight_share: 0 }).weight_share) }));
	return [
		chart(say("directions.chart", { year: fullYear }), say("directions.chart.caption"), 80 + 32 * shown.length, heatmap(own.map((line) => groupName(line.key)), shown.map(directionName), cells, percent, Math.max(0.01, ...cells.map((cell) => cell[2])))),
		paragraph(say("directions.unknown", { list: list(unplaced) }), "note"),
		dataTable("directions", say("directions.table"), [groupColumn, yearColumn, [say("column.direction"), (row) => directionName(row.direction_key), "text"], countColumn("n_papers"), countColumn("n_people"), [say("column.weight_share"), (row) => percent(row.weight_share)]],
			latestFirst(ofSelected(view)).filter((row) => row.year > fullYear - 5)),
	];
}
function output(view) {
	return [
		chart(say("output.chart"), say("output.chart.caption"), 400, groupLines(view, (row) => row.papers_per_head, two, (row) => [say("output.tip", { papers: count(row.n_papers), head: two(row.papers_per_head) }), say("output.tip.accepted", { n: count(row.n_accepted), share: percent(row.accepted_share), known: count(row.n_known), unknown: count(row.n_unknown) })], { min: 0 },
			Math.min(...view.filter((row) => row.n_papers > 0).map((row) => row.year)))),
		dataTable("output", say("output.table"), [groupColumn, yearColumn, countColumn("n_papers"), countColumn("n_accepted"), ...knownColumns, [say("column.accepted_share"), (row) => percent(row.accepted_share)], countColumn("n_first_author_papers"), [say("column.papers_per_head"), (row) => two(row.papers_per_head)]], latestFirst(view)),
	];
}

/* ---- units and leaders */

function units(view, leaders) {
	const parts = [];
	if (view && view.length > 0) {
		const now = view.filter((row) => row.year === fullYear).sort((left, right) => ranked.indexOf(left.group_key) - ranked.indexOf(right.group_key) || right.headcount - left.headcount);
		const shown = now.filter((row) => row.headcount > 0);
		const unknown = [...new Map(now.map((row) => [row.group_key, row.n_unit_unknown]))];
		const label = (row) => named(row, "unit_name") + " · " + groupName(row.group_key);
		parts.push(paragraph(say("units.unknown", { year: fullYear, list: list(unknown.map(([key, n]) => say("units.unknown.one", { group: groupName(key), n: count(n), known: count(Math.max(0, (staffAt.get(key) || 0) - n)) }))) })));
		if (shown.length > 0)
			parts.push(chart(say("units.chart", { year: fullYear }), say("units.chart.caption"), 40 + 30 * shown.length, (c, width) => ({
				grid: { left: 20, right: 60, top: 4, bottom: 8, ...labelRoom }, xAxis: valueAxis(c, count),
				yAxis: nameAxis(c, shown.map(label), width < 560 ? 150 : 380),
				series: [{ type: "bar", barCategoryGap: "30%", data: shown.map((row) => ({ value: row.headcount, itemStyle: { color: colourOf(row.group_key) } })), label: { show: true, position: "right", color: c.ink, formatter: (item) => count(item.value) } }],
				tooltip: { formatter: (item) => tip(label(shown[item.dataIndex]), [say("units.tip", { joiners: count(shown[item.dataIndex].joiners), leavers: count(shown[item.dataIndex].leavers) }), say("units.tip.unknown", { n: count(shown[item.dataIndex].n_unit_unknown) })]) },
			})));
		parts.push(dataTable("units", say("units.table"), [[say("column.unit"), (row) => named(row, "unit_name"), "text"], groupColumn, yearColumn, countColumn("headcount"), countColumn("joiners"), countColumn("leavers"), countColumn("n_unit_unknown")], latestFirst(view).filter((row) => row.year > fullYear - 6)));
	}
	if (leaders && leaders.length > 0)
		parts.push(el("h3", null, say("leaders.title")), paragraph(say("leaders.note", { n: count(leaders.length), known: count(leaders.filter((row) => row.joined_group_year).length) }), "note"),
			plainTable(say("leaders.title"), [[say("column.leader"), (row) => (language === "zh" ? row.leader_name_zh || row.leader_name : row.leader_name + (row.leader_name_zh ? " " + row.leader_name_zh : "")), "text"], [say("column.unit"), (row) => named(row, "unit_name"), "text"], groupColumn, [say("column.role"), (row) => row.role, "text"],
				[say("column.joined"), (row) => (row.joined_group_year ? String(row.joined_group_year) : null)], [say("column.previous"), (row) => (row.previous_employers || "").split(";").filter(Boolean).join(", "), "text"], [say("column.education"), (row) => row.education, "text"], [say("column.as_of"), (row) => row.as_of, "text"]], leaders));
	return parts;
}

/* ---- sensitivity, reconciliation, names, freshness */

function sensitivity(view) {
	const lines = view.filter((row) => selected.includes(row.group_key) && row.value !== row.base_value);
	const moved = view.filter((row) => row.changes_rank === true).length;
	return [
		paragraph(say("sensitivity.finding", { moved: count(moved), all: count(view.length) }), "finding"),
		dataTable("sensitivity", say("sensitivity.table"), [groupColumn, [say("column.metric"), (row) => sayOr("metric." + row.metric, row.metric.replace(/_/g, " ")), "text"], yearColumn, [say("column.variant"), (row) => sayOr("variant." + row.variant, row.variant.replace(/_/g, " ")), "text"],
			[say("column.base_value"), (row) => two(row.base_value)], [say("column.value"), (row) => two(row.value)], [say("column.changes_rank"), (row) => (row.changes_rank ? say("yes") : say("no")), "text"]], lines),
	];
}
function claims(view) {
	const value = (claim, number) => (isNone(number) ? none : claim.unit === "share" ? percent(number) : claim.unit === "people" || claim.unit === "rank" ? count(number) : two(number));
	const range = (claim) => (isNone(claim.measured_low) ? none : claim.unit === "share" ? percentRange(claim.measured_low, claim.measured_high) : value(claim, claim.measured_low) + "–" + value(claim, claim.measured_high));
	const held = view.filter((claim) => claim.holds === true), failed = view.filter((claim) => claim.holds === false), open = view.filter((claim) => isNone(claim.holds));
	const shown = view.filter((claim) => claim.unit === "share");
	const label = (claim) => claim.claim_id + " · " + subject(claim) + ", " + metric(claim) + ", " + claim.period;
	return [
		paragraph(say("claims.finding", { held: count(held.length), failed: count(failed.length), open: count(open.length), all: count(view.length) }), "finding"),
		shown.length === 0 ? null : chart(say("claims.chart"), say("claims.chart.caption"), 70 + 30 * shown.length, (c, width) => ({
			grid: { left: 20, right: 24, top: 34, bottom: 8, ...labelRoom }, legend: { top: 0, left: 0, textStyle: { color: c.ink, fontSize: 13 } },
			xAxis: valueAxis(c, percent, { min: 0, max: 1 }),
			yAxis: Object.assign(nameAxis(c, shown.map(label), width < 560 ? 165 : 420, 13), { splitLine: { show: true, lineStyle: { color: c.rule, opacity: 0.5 } } }),
			series: [{
				type: "custom", name: say("claims.interval"), color: c.series[0], encode: { x: [1, 2], y: 0 }, data: shown.map((claim, i) => [i, claim.measured_low, claim.measured_high]).filter((point) => !isNone(point[1])),
				renderItem: (params, api) => { const left = api.coord([api.value(1), api.value(0)]), right = api.coord([api.value(2), api.value(0)]); return { type: "line", shape: { x1: left[0], x2: right[0], y1: left[1], y2: right[1] }, style: { stroke: c.series[0], lineWidth: 7, opacity: 0.4 } }; },
			}, { type: "scatter", name: say("column.measured_value"), color: c.series[0], symbol: "circle", symbolSize: 11, data: shown.map((claim, i) => [claim.measured_value, i]).filter((point) => !isNone(point[0])) },
			{ type: "scatter", name: say("column.claimed_value"), color: c.series[1], symbol: "diamond", symbolSize: 12, data: shown.map((claim, i) => [claim.claimed_value, i]) }],
			tooltip: { formatter: (item) => { const claim = shown[item.seriesIndex === 0 ? item.value[0] : item.value[1]]; return tip(label(claim), [say("claims.tip", { claimed: claim.claimed_relation + " " + value(claim, claim.claimed_value), measured: value(claim, claim.measured_value), range: range(claim) }), known(claim)]); } },
		})),
		plainTable(say("claims.table"), [["", (claim) => claim.claim_id, "text"], [say("column.subject"), subject, "text"], [say("column.metric"), metric, "text"], [say("column.period"), (claim) => claim.period, "text"],
			[say("column.claimed_value"), (claim) => claim.claimed_relation.replace("<=", "≤").replace("~", "≈") + " " + value(claim, claim.claimed_value)],
			[say("claims.column.measured"), (claim) => value(claim, claim.measured_value) + (isNone(claim.measured_low) ? "" : " (" + range(claim) + ")")],
			[say("claims.column.known"), (claim) => count(claim.n_known) + " / " + count(claim.n_unknown)],
			[say("column.holds"), (claim) => (isNone(claim.holds) ? el("span", { class: "open-question" }, say("claims.open")) : claim.holds ? el("span", { class: "good" }, say("claims.holds")) : el("span", { class: "bad" }, say("claims.fails"))), "text"],
			[say("column.reason"), (claim) => (language === "zh" ? sayOr("agreement." + claim.agreement, claim.reason) : claim.reason), "long"]], view),
	];
}
const subject = (claim) => list(claim.subject.split("+").map(groupName));
const metric = (claim) => sayOr("metric." + claim.metric, claim.metric.replace(/_/g, " "));
const known = (row) => say("known.of", { known: count(row.n_known), unknown: count(row.n_unknown) });

function unresolved(view) {
	const top = view.slice(0, 20);
	if (top.length === 0)
		return [paragraph(say("unresolved.none"))];
	const placed = (row) => (row.best_guess_key ? row.best_guess_key + " (" + two(row.best_score) + ")" : null);
	return [
		paragraph(say("unresolved.finding", { names: count(view[0].n_names), claims: count(view[0].n_claims_all) })),
		chart(say("unresolved.chart", { n: count(top.length) }), say("unresolved.chart.caption"), 30 + 30 * top.length, (c, width) => ({
			grid: { left: 20, right: 60, top: 4, bottom: 8, ...labelRoom }, xAxis: valueAxis(c, count, { minInterval: 1 }),
			yAxis: nameAxis(c, top.map((row) => row.raw_name), width < 560 ? 150 : 380),
			series: [{ type: "bar", barCategoryGap: "30%", color: c.series[1], data: top.map((row) => row.n_people), label: { show: true, position: "right", color: c.ink, formatter: (item) => count(item.value) } }],
			tooltip: { formatter: (item) => tip(top[item.dataIndex].raw_name, [say("people", { n: count(top[item.dataIndex].n_people) }), say("unresolved.tip", { n: count(top[item.dataIndex].n_claims) })]) },
		})),
		dataTable("unresolved", say("unresolved.table"), [[say("column.raw_name"), (row) => row.raw_name, "text"], [say("column.people"), (row) => count(row.n_people)], [say("column.n_claims"), (row) => count(row.n_claims)], [say("column.best_guess"), placed, "text"]], view),
	];
}
function freshness(view) {
	const day = (text) => (isNone(text) ? say("never") : text.slice(0, 10));
	const stale = view.filter((row) => row.is_stale).length;
	return [
		paragraph(say("freshness.finding", { fresh: count(view.length - stale), stale: count(stale) })),
		plainTable(say("freshness.table"), [[say("column.source"), (row) => row.source + "/" + row.stream, "text"], [say("column.rows"), (row) => count(row.n_rows)], [say("column.newest"), (row) => day(row.newest_record_at), "text"], [say("column.complete"), (row) => day(row.last_complete_at), "text"], [say("column.run"), (row) => day(row.last_run_at), "text"],
			[say("column.state"), (row) => el("span", { class: row.is_stale ? "bad" : "good" }, say(row.is_stale ? "freshness.stale" : "freshness.fresh")), "text"]], view),
	];
}
function method() {
	return [el("dl", null, ["people", "staff", "joiners", "interval", "bounds", "open", "year", "age", "small"].flatMap((term) => [el("dt", null, say("method." + term + ".term")), el("dd", null, say("method." + term))]))];
}

/* ---- the page */

const filled = (view) => { const of = rows(view); return of !== null && of.length > 0 ? of : null; };
const whole = [
	["headline", () => headline()],
	["headcount", () => headcount()],
	["movement", () => movement()],
	["phd", () => filled("joiner_degree_year") && shareSection("phd", rows("joiner_degree_year"), "n_phd", true)],
	["fresh", () => filled("joiner_fresh_year") && fresh(rows("joiner_fresh_year"))],
	["schools", () => filled("school_rank") && schools(rows("school_rank"))],
	["abroad", () => filled("studied_abroad_year") && shareSection("abroad", rows("studied_abroad_year"), "n_abroad", false)],
	["paths", () => (filled("joiner_origin_year") || filled("leaver_destination_year")) && paths(rows("joiner_origin_year") || [], rows("leaver_destination_year") || [])],
	["flows", () => filled("flow_year") && flows(rows("flow_year"))],
	["age", () => filled("age_year") && age(rows("age_year"))],
	["era", () => filled("era_share_year") && shareSection("era", rows("era_share_year"), "n_era", false)],
	["retention", () => filled("retention") && retention(rows("retention"))],
	["directions", () => filled("direction_year") && directions(rows("direction_year"))],
	["output", () => filled("output_year") && output(rows("output_year"))],
	["units", () => (filled("unit_headcount_year") || filled("unit_leader")) && units(rows("unit_headcount_year"), rows("unit_leader"))],
	["sensitivity", () => filled("sensitivity") && sensitivity(rows("sensitivity"))],
	["claims", () => filled("claim_reconciliation") && claims(rows("claim_reconciliation"))],
	["unresolved", () => rows("unresolved_organisation") && unresolved(rows("unresolved_organisation"))],
	["freshness", () => filled("freshness") && freshness(rows("freshness"))],
	["method", () => method()],
];
const withoutFigures = ["freshness", "unresolved", "claims", "method"];

function picker() {
	const isOpen = document.querySelector(".picker[open]") !== null;
	const box = (key) => el("label", null, el("input", {
		type: "checkbox", value: key, checked: selected.includes(key), disabled: selected.includes(key) ? selected.length === 1 : selected.length >= MOST_SELECTED,
		on: { change: (event) => {
			selected = event.target.checked ? [...selected, key] : selected.filter((other) => other !== key);
			render();
			document.querySelector('.picker input[value="' + CSS.escape(key) + '"]').focus();
		} },
	}), " ", isolate(groupName(key)));
	return el("details", { class: "picker", open: isOpen }, el("summary", null, say("picker.title", { n: count(selected.length), all: count(ranked.length) })),
		paragraph(say("picker.note", { n: count(MOST_SELECTED) }), "note"), el("div", null, ranked.map(box)));
}
function render() {
	const position = scrollY;
	const main = document.getElementById("main");
	const isEmpty = headcounts.length === 0;
	const sections = whole.filter(([id]) => !isEmpty || withoutFigures.includes(id)).map(([id, make]) => [id, make()]).filter(([, parts]) => parts);
	const links = el("nav", { "aria-label": say("page.contents") }, sections.map(([id]) => el("a", { href: "#" + id }, say("section." + id + ".short"))));
	main.replaceChildren(...(isEmpty ? [paragraph(say("page.empty"), "lead"), paragraph(say("page.empty.hint"))] : [paragraph(say(hasFullYear ? "page.intro" : "page.intro.incomplete", { from: firstShownYear, year: fullYear })), picker()]), links,
		...sections.map(([id, parts]) => el("section", { id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, say("section." + id, { year: fullYear })), paragraph(say("section." + id + ".lead", { year: fullYear, last: lastYear })), parts)));
	drawCharts();
	scrollTo(0, position);
}
function footer() {
	const newest = (rows("freshness") || []).map((row) => row.last_run_at).filter(Boolean).sort().pop();
	document.getElementById("bottom").append(
		paragraph(say("page.footer", { version: data.version, date: newest ? newest.slice(0, 10) : none })),
		[...years.values()].some((year) => !year.is_complete) ? paragraph(say("page.incomplete"), "note") : "",
		el("details", { class: "licence" }, el("summary", null, say("page.licence")), el("pre", null, document.getElementById("library-licence").textContent)));
}
document.documentElement.dataset.state = "drawing";
render();
footer();
document.documentElement.dataset.state = "drawn";
