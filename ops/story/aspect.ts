import * as z from "zod";

/** One thing that is looked at, and what to do where it is broken. */
export const Aspect = z.object({
	/** `off` is nobody's fault: nothing is set up */
	state: z.enum(["good", "off", "bad"]),
	says: z.string(),
	mend: z.string().optional().meta({
		description: "the command that mends it, or shows what is broken",
	}),
});
export type Aspect = z.output<typeof Aspect>;

export const good = (says: string): Aspect => ({ state: "good", says });
export const off = (says: string, mend?: string): Aspect => ({
	state: "off",
	says,
	mend,
});
export const bad = (says: string, mend: string): Aspect => ({
	state: "bad",
	says,
	mend,
});
