import { createHash, hash } from "node:crypto";
import { afterSpace, endOfString, endOfWord } from "./json-text.ts";

// a larger one is never there a second time
const maxWholeLength = 16_384;

/** The same for two JSON texts that say the same: key order, spaces, escapes and the spelling of a number do not count, every digit does. */
export function canonicalDigest(json: string): string {
	if (json.length <= maxWholeLength)
		return hash("sha256", canonical(json), "base64url");
	const digest = createHash("sha256");
	let waiting = "";
	spell(json, (piece) => {
		waiting += piece;
		if (waiting.length < maxWholeLength) return;
		digest.update(waiting);
		waiting = "";
	});
	return digest.update(waiting).digest("base64url");
}

/** Valid JSON with its keys sorted. */
export function canonical(json: string): string {
	let whole = "";
	spell(json, (piece) => {
		whole += piece;
	});
	return whole;
}

function spell(json: string, write: (piece: string) => void): void {
	const { ends, next } = sortTokens(json);
	let isBehindValue = false;
	let at = afterSpace(json, 0);
	while (at < json.length) {
		const character = json[at] ?? "";
		const then = next[at] ?? json.length;
		const token = json.slice(at, ends[at]);
		const isEnd = character === "}" || character === "]";
		if (isBehindValue && !isEnd) write(",");
		if (character === '"') write(plain(token));
		else write(/[-\d]/.test(character) ? exact(token) : token);
		if (then < 0) write(":");
		isBehindValue = then > 0 && character !== "{" && character !== "[";
		at = Math.abs(then);
	}
}

interface Tokens {
	/** where one ends, by where it begins */
	ends: Int32Array;
	/** where the next one begins; below zero behind a name */
	next: Int32Array;
}

function roomFor(length: number): Tokens {
	return { ends: new Int32Array(length), next: new Int32Array(length) };
}

// new ones would cost a small body a tenth of its digest
const kept = roomFor(maxWholeLength);

/** In which order the tokens come once each object's members are sorted. Numbers alone, and no recursion: a body may hold millions of values, or be nested deeper than the stack. */
function sortTokens(json: string): Tokens {
	const tokens = json.length <= maxWholeLength ? kept : roomFor(json.length);
	const { ends, next } = tokens;
	// of each object that is open: its bracket, and how many names were there before
	const objects: number[] = [];
	const counts: number[] = [];
	// of their members: the name, and the last token so far
	const names: number[] = [];
	const lasts: number[] = [];

	function sortMembers(end: number) {
		const object = objects.pop() ?? 0;
		const count = counts.pop() ?? 0;
		if (names.length - count > 1) {
			const members = names.slice(count).map((at, index) => ({
				at,
				name: plain(json.slice(at, ends[at])),
				last: lasts[count + index] ?? at,
			}));
			members.sort(byName);
			let before = object;
			members.forEach(({ at, name, last }, index) => {
				// of one name the last counts, as for a reader
				if (members[index + 1]?.name === name) return;
				next[before] = at;
				before = last;
			});
			next[before] = end;
		}
		names.length = count;
	}

	let at = afterSpace(json, 0);
	while (at < json.length) {
		const start = at;
		const character = json[start] ?? "";
		let end = start + 1;
		if (character === '"') end = endOfString(json, start);
		else if (character === "{") {
			objects.push(start);
			counts.push(names.length);
		} else if (character === "}") sortMembers(start);
		else if (character !== "[" && character !== "]")
			end = endOfWord(json, start);
		ends[start] = end;
		at = afterSpace(json, end);
		// only a member's name has a colon behind it
		const isName = json[at] === ":";
		if (isName) names.push(start);
		if (names.length > 0) lasts[names.length - 1] = start;
		if (isName || json[at] === ",") at = afterSpace(json, at + 1);
		next[start] = isName ? -at : at;
	}
	return tokens;
}

function byName(one: { name: string }, other: { name: string }): number {
	if (one.name < other.name) return -1;
	return one.name > other.name ? 1 : 0;
}

function plain(text: string): string {
	return text.includes("\\") ? JSON.stringify(JSON.parse(text)) : text;
}

/** With a longer exponent a number is kept as it is spelled: counting would take seconds, or lose a digit. */
const maxPowerLength = 15;

/** One spelling for 1, 1.0 and 10e-1, whatever its length. */
function exact(word: string): string {
	const [, sign = "", whole = "", fraction = "", power = "0"] =
		/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(word) ?? [];
	const digits = whole + fraction;
	let first = 0;
	while (digits[first] === "0") first++;
	let end = digits.length;
	while (end > first && digits[end - 1] === "0") end--;
	if (first === end) return "0";
	if (power.length > maxPowerLength) return word;
	const exponent = Number(power) + digits.length - end - fraction.length;
	return `${sign}${digits.slice(first, end)}e${exponent}`;
}
