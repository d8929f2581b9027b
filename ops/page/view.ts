import type { Overview } from "../console/answers.ts";
import type { Place } from "./place.ts";

/** What each view is given. */
export interface ViewProps {
	place: Place;
	overview: Overview;
	/** counts anew */
	again: () => void;
}
