import type { ShownEvent, Story, StoryLine } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { Payload } from "./payload.tsx";
import { placeOf } from "./place.ts";
import { shown } from "./time.ts";
import type { ViewProps } from "./view.ts";

/** Everything known of one document, oldest first; and the event itself, where one is named. */
export function StoryOf({ place: { about } }: ViewProps) {
	const { value, trouble, asking, again } = useAnswer<Story>("why", { about });
	return (
		<>
			<h1 class="subject">{value?.subject ?? about}</h1>
			{trouble && (
				<p class="trouble" role="alert">
					{trouble}
				</p>
			)}
			{asking && !value && <p class="quiet">Reading inbox and log lines …</p>}
			{value && (
				<>
					<p class="quiet">
						{value.lines.length === 0
							? `Nothing is known of it in ${value.providers.join(", ")}.`
							: value.providers.join(", ")}{" "}
						<button type="button" onClick={again}>
							Look again
						</button>
					</p>
					<ol class="story">
						{value.lines.map((line) => (
							<Line key={`${line.time} ${line.says}`} {...line} about={about} />
						))}
					</ol>
					{value.unknown.map((says) => (
						<p class="quiet" key={says}>
							{says}
						</p>
					))}
					<Shown key={about} id={about} lines={value.lines} />
				</>
			)}
		</>
	);
}

function Line(props: StoryLine & { about: string }) {
	const { time, noun, says, event, quarantine, about } = props;
	return (
		<li>
			<time dateTime={time}>{shown(time)}</time>
			<span class="noun">{noun}</span>
			<span>
				{says}
				{event && event !== about && (
					<>
						{" "}
						<a href={placeOf("story", event)}>{event}</a>
					</>
				)}
				{quarantine && (
					<>
						{" "}
						<a href={placeOf("quarantine", quarantine)}>what was delivered</a>
					</>
				)}
			</span>
		</li>
	);
}

/** The event that is meant, or the latest of the story. */
function Shown({ id, lines }: { id: string; lines: StoryLine[] }) {
	const events = lines.flatMap(({ event }) => event ?? []);
	const chosen = events.includes(id) ? id : events.at(-1);
	return chosen === undefined ? null : <OneEvent id={chosen} />;
}

function OneEvent({ id }: { id: string }) {
	const { value, trouble } = useAnswer<ShownEvent>("show", { id });
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
			<Payload text={value.data} />
		</section>
	);
}
