const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** "40 s", "12 min", "3 h", "2 days" */
export function spanOf(seconds: number): string {
	if (seconds < minute) return `${Math.round(seconds)} s`;
	if (seconds < hour) return `${Math.round(seconds / minute)} min`;
	if (seconds < 2 * day) return `${Math.round(seconds / hour)} h`;
	return `${Math.round(seconds / day)} days`;
}

/** The instant as it was written, to the second, without the letters that part it. */
export function shown(time: string): string {
	return time.replace("T", " ").replace(/(\.\d+)?Z$/, "");
}
