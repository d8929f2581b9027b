import * as z from "zod/mini";

// a refusal names no more fields
const shown = 20;

/** An array that is read no further than its twentieth wrong element: millions of issues would outlast the deadline. */
export function listOf<Element extends z.core.$ZodType>(element: Element) {
	const cut = z.transform((value: z.input<Element>[]) => {
		// what comes is whatever a sender wrote
		if (!Array.isArray(value)) return value;
		let wrong = 0;
		const end = value.findIndex(
			(each) => !z.safeParse(element, each).success && ++wrong === shown,
		);
		return end < 0 ? value : value.slice(0, end + 1);
	});
	return z.pipe(cut, z.array(element));
}
