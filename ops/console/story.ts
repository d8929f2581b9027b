import type { Installation } from "../installation/installation.ts";
import { whatIsMeant } from "../story/meant.ts";
import { storyOf, storyOfEntry } from "../story/story.ts";
import type { Story } from "./answers.ts";

/** What is known of a subject, of an event's subject, or of what lies in quarantine. */
export async function tellStory(
	installation: Installation,
	parameters: URLSearchParams,
): Promise<Story> {
	const asked = {
		provider: parameters.get("provider") || undefined,
		until: new Date(),
	};
	const about = parameters.get("about") ?? "";
	const meant = await whatIsMeant(installation, about, asked);
	if ("entry" in meant) return storyOfEntry(installation, meant.entry, asked);
	const story = await storyOf(installation, { ...asked, ...meant });
	return { subject: meant.subject, ...story };
}
