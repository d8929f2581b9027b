import type { Installed } from "../console/answers.ts";
import type { Place } from "./place.ts";

/** What each view is given. */
export interface ViewProps {
	place: Place;
	installed: Installed;
}
