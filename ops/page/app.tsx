import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import type { Installed } from "../console/answers.ts";
import { useAnswer } from "./ask.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { Events } from "./events.tsx";
import { Health } from "./health.tsx";
import { placeOf, usePlace } from "./place.ts";
import { Quarantine } from "./quarantine.tsx";
import { StoryOf } from "./story.tsx";
import type { ViewProps } from "./view.ts";
import { Watches } from "./watches.tsx";

const views: Readonly<
	Record<string, { title: string; View: ComponentType<ViewProps> }>
> = {
	"": { title: "Providers", View: Health },
	events: { title: "Events", View: Events },
	quarantine: { title: "Quarantine", View: Quarantine },
	"dead-letters": { title: "Dead letters", View: DeadLetters },
	watches: { title: "Watches", View: Watches },
	story: { title: "Story", View: StoryOf },
};
const inNavigation = Object.entries(views).filter(([view]) => view !== "story");

export function App() {
	const place = usePlace();
	const { value, trouble } = useAnswer<Installed>("installed", {});
	const { title, View } = views[place.view] ?? { title: "", View: Nowhere };
	document.title = title ? `${title} · Billhook` : "Billhook";
	return (
		<>
			<a class="skip" href={location.hash || "#/"} onClick={toMain}>
				To the content
			</a>
			<header>
				<span class="name">Billhook</span>
				{value && <span class="stage">{value.called}</span>}
				<nav aria-label="Views">
					{inNavigation.map(([view, { title }]) => (
						<a
							key={view}
							href={placeOf(view)}
							aria-current={view === place.view ? "page" : undefined}
						>
							{title}
						</a>
					))}
				</nav>
				<Search />
			</header>
			<main id="main" tabIndex={-1}>
				{trouble && (
					<p class="trouble" role="alert">
						{trouble}
					</p>
				)}
				{value ? (
					<View place={place} installed={value} />
				) : (
					!trouble && <p class="quiet">Asking the installation …</p>
				)}
			</main>
		</>
	);
}

function toMain(event: Event) {
	event.preventDefault();
	document.getElementById("main")?.focus();
}

function Search() {
	const [text, setText] = useState("");
	return (
		<search>
			<form
				onSubmit={(event) => {
					event.preventDefault();
					const about = text.trim();
					if (about !== "") location.hash = placeOf("story", about);
				}}
			>
				<label>
					<span class="unseen">Subject or event id</span>
					<input
						type="search"
						placeholder="Subject or event id"
						value={text}
						onInput={({ currentTarget }) => setText(currentTarget.value)}
					/>
				</label>
				<button type="submit">Find</button>
			</form>
		</search>
	);
}

function Nowhere() {
	return (
		<p>
			There is no such view. <a href="#/">To the providers</a>
		</p>
	);
}
