import type { ShownEvent, Story, StoryLine } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { Payload } from "./payload.tsx";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
import type { ViewProps } from "./view.ts";

/** Everything known of one document, oldest first; and the event itself, where there is one. */
export function StoryOf({ place: { about, filter } }: ViewProps) {
	const provider = filter.get("provider") ?? "";
	const { value, trouble, asking, again } = useAnswer<Story>("why", {
		about,
		provider,
	});
	const event = value && eventOf(value, filter.get("event") ?? about);
	return (
		<>
			<h1 class="subject">{value?.subject ?? about}</h1>
			{trouble && (
				<p class="trouble" role="alert">
					{trouble}
				</p>
			)}
			{asking && <p class="quiet">Reading inbox, log and queue …</p>}
			{value && (
				<>
					{!value.isKnown && <p>Nothing is known of it.</p>}
					<ol class="story">
						{value.moments.map((moment) => (
							<Moment key={keyOf(moment)} {...moment} />
						))}
					</ol>
					{value.notes.map((says) => (
						<p class="quiet" key={says}>
							{says}
						</p>
					))}
					<p>
						<button type="button" onClick={again}>
							Look again
						</button>
					</p>
					{event && <OneEvent key={event.id} {...event} />}
				</>
			)}
		</>
	);
}

function keyOf({ at, what, says }: StoryLine): string {
	return `${at} ${what} ${says}`;
}

function Moment({ at, provider, what, says, id }: StoryLine) {
	const place =
		what === "quarantined"
			? placeOf("quarantine", id)
			: placeOf("story", id, { provider });
	return (
		<li class={what}>
			<time dateTime={at}>{shown(at)}</time>
			<span class="noun">{what}</span>
			<span>
				{says}
				{id && (
					<>
						{" "}
						<a href={place}>{what === "quarantined" ? "it" : "the event"}</a>
					</>
				)}
			</span>
		</li>
	);
}

/** The event that is meant, or the latest that was recorded. */
function eventOf({ moments }: Story, meant: string) {
	const recorded = moments.filter(({ what }) => what === "recorded");
	const chosen = recorded.find(({ id }) => id === meant) ?? recorded.at(-1);
	if (chosen?.id === undefined) return undefined;
	return { id: chosen.id, provider: chosen.provider, at: chosen.at };
}

interface Listed {
	id: string;
	provider: string;
	at: string;
}

function OneEvent({ id, provider, at }: Listed) {
	const { value, trouble } = useAnswer<ShownEvent>("show", {
		id,
		provider,
		at,
	});
	if (trouble) return <p class="trouble">{trouble}</p>;
	if (!value) return null;
	return (
		<section aria-labelledby="event">
			<h2 id="event">{value.type}</h2>
			<dl class="attributes">
				{Object.entries(value.attributes).map(([name, text]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{text}</dd>
					</div>
				))}
			</dl>
			{value.data === undefined ? (
				<p class="trouble">Its envelope in the inbox cannot be read.</p>
			) : (
				<Payload text={value.data} />
			)}
		</section>
	);
}
