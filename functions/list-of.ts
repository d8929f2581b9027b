import * as z from "zod";

// a refusal names no more fields
const shown = 20;

/** An array that is read no further than its twentieth wrong element: millions of issues would outlast the deadline. */
export function listOf<Element extends z.ZodType>(element: Element) {
	return z.preprocess((value: z.input<Element>[]) => {
		// what comes is whatever a sender wrote
		if (!Array.isArray(value)) return value;
		let wrong = 0;
		const end = value.findIndex(
			(each) => !element.safeParse(each).success && ++wrong === shown,
		);
		return end < 0 ? value : value.slice(0, end + 1);
	}, z.array(element));
}
