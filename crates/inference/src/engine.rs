//! The computing thread: it owns the contexts and the batch, and lets all running requests advance
//! together, one token each a step, while new prompts are read in pieces beside them.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;

use crate::aside::Aside;
use crate::embeddings::EmbeddingsRun;
use crate::frame::Kind;
use crate::generation::{Slot, Step};
use crate::outbox::Outbox;
use crate::prepare::{GenerationJob, Job};
use crate::replies::{EventWriter, Finish, Shape, TokenUsage, completion, continuation};
use crate::scoring::ScoringRun;
use crate::worker::WorkerSettings;

/// What the engine is told.
#[derive(Debug)]
pub(crate) enum Command {
    Start(Job),
    Cancel(u64),
}

/// The engine could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// llama.cpp gave no context.
    #[error(
        "there is no memory for {parallel} requests of {context_tokens} tokens; \
         lower the model's `parallel` or `context_tokens`"
    )]
    Context {
        /// Requests at once.
        parallel: u32,
        /// Tokens of each.
        context_tokens: u32,
    },
}

/// Tokens of prompts that one step computes at most.
const PROMPT_STEP: usize = 512;
/// Tokens of a prompt in one step where nobody else is being answered. Sums are rounded otherwise in pieces of other
/// sizes, so the size does not depend here on how busy the machine is: who asks one thing after another gets the same
/// answers again. Few enough that whoever comes meanwhile does not wait long.
const LONE_STEP: usize = 64;
/// How long one step should take: cancellations and running answers wait that long for a prompt.
const STEP_TIME: Duration = Duration::from_millis(400);

/// Owns everything that computes.
#[derive(Debug)]
pub(crate) struct Engine<'m> {
    model: &'m LlamaModel,
    outbox: &'m Outbox,
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    aside: Aside<'m>,
    context_tokens: u32,
    max_queue: usize,
    slots: Vec<Option<Slot>>,
    running: BTreeMap<u64, Running>,
    waiting: VecDeque<Waiting>,
    prompt_step: usize,
}

/// A request of which not every choice has a place yet.
#[derive(Debug)]
struct Waiting {
    job: GenerationJob,
    /// How many choices have one.
    placed: u32,
}

/// A request of which a choice has a place.
#[derive(Debug)]
struct Running {
    events: EventWriter,
    stream: bool,
    prompt_tokens: u64,
    completion_tokens: u64,
    /// Text so far (of a whole answer) and the end of each choice.
    choices: Vec<(String, Option<Finish>)>,
}

impl Running {
    /// The whole answer.
    fn whole(self, usage: TokenUsage) -> Vec<u8> {
        let ended = self.choices.into_iter().map(|(text, end)| (text, end.unwrap_or(Finish::Stop)));
        match self.events.shape {
            Shape::Chat => completion(&self.events.head, &ended.collect::<Vec<_>>(), usage),
            Shape::Text => {
                let choices: Vec<_> = ended.map(|(text, end)| (text, None, end)).collect();
                continuation(&self.events.head, &choices, usage)
            }
        }
    }
}

impl<'m> Engine<'m> {
    pub(crate) fn new(
        backend: &'m LlamaBackend,
        model: &'m LlamaModel,
        settings: &WorkerSettings,
        outbox: &'m Outbox,
    ) -> Result<Self, EngineError> {
        let parallel = settings.parallel;
        let context_tokens = settings.context_tokens.min(model.n_ctx_train().max(64));
        let threads = i32::try_from(settings.threads).unwrap_or(1);
        let step = u32::try_from(PROMPT_STEP).unwrap_or(u32::MAX);
        let parameters = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(context_tokens.saturating_mul(parallel)))
            .with_n_seq_max(parallel)
            .with_n_batch(step)
            .with_n_ubatch(step)
            .with_n_threads(threads)
            .with_n_threads_batch(threads);
        let context = model
            .new_context(backend, parameters)
            .map_err(|_| EngineError::Context { parallel, context_tokens })?;
        Ok(Self {
            model,
            outbox,
            context,
            batch: LlamaBatch::new(PROMPT_STEP, 1),
            aside: Aside::new(backend, model, threads, context_tokens),
            context_tokens,
            max_queue: settings.max_queue,
            slots: (0..parallel).map(|_| None).collect(),
            running: BTreeMap::new(),
            waiting: VecDeque::new(),
            prompt_step: PROMPT_STEP / 4,
        })
    }

    pub(crate) fn context_tokens(&self) -> u32 {
        self.context_tokens
    }

    /// Computes until the channel closes.
    pub(crate) fn run(&mut self, commands: &Receiver<Command>) {
        loop {
            if self.is_idle() {
                match commands.recv() {
                    Ok(command) => self.obey(command),
                    Err(_) => return,
                }
            }
            loop {
                match commands.try_recv() {
                    Ok(command) => self.obey(command),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
            }
            self.admit();
            self.step();
            self.aside.advance(self.outbox);
            self.outbox.send(Kind::Alive, 0, &[]);
            self.outbox.flush();
        }
    }

    fn is_idle(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty() && self.aside.waiting() == 0
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Cancel(request) => self.forget(request),
            Command::Start(job) => {
                let request = match &job {
                    Job::Generation(job) => job.request,
                    Job::Scoring(job) => job.request,
                    Job::Embeddings(job) => job.request,
                };
                self.admit();
                let waiting = self.waiting.len() + self.aside.waiting();
                if waiting >= self.max_queue && !self.has_room_for(&job) {
                    let words = format!("{waiting} requests are waiting, which is its limit");
                    self.outbox.send(Kind::NotReady, request, words.as_bytes());
                    return;
                }
                self.outbox.send(Kind::Accepted, request, &[]);
                match job {
                    Job::Generation(job) => self.waiting.push_back(Waiting { job, placed: 0 }),
                    Job::Scoring(job) => self.aside.scorings.push_back(ScoringRun::new(job)),
                    Job::Embeddings(job) => {
                        self.aside.embeddings.push_back(EmbeddingsRun::new(job));
                    }
                }
            }
        }
    }

    /// Whether a job would begin at once.
    fn has_room_for(&self, job: &Job) -> bool {
        match job {
            Job::Generation(job) => {
                let needed = self.slots.len().min(job.answers() as usize);
                self.waiting.is_empty() && self.free_slots() >= needed
            }
            Job::Scoring(_) => self.aside.scorings.is_empty(),
            Job::Embeddings(_) => self.aside.embeddings.is_empty(),
        }
    }

    fn free_slots(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_none()).count()
    }

    /// Gives places to those who wait longest.
    fn admit(&mut self) {
        while self.free_slots() > 0
            && let Some(mut waiting) = self.waiting.pop_front()
        {
            if waiting.placed == 0 {
                self.begin(&waiting.job);
            }
            let answers = waiting.job.answers();
            for place in self.slots.iter_mut().filter(|slot| slot.is_none()) {
                if waiting.placed < answers
                    && let Some(prompt) = waiting.job.prompt_of(waiting.placed)
                {
                    *place = Some(Slot::new(&waiting.job, waiting.placed, prompt, self.model));
                    waiting.placed += 1;
                }
            }
            if waiting.placed < answers {
                self.waiting.push_front(waiting);
                return;
            }
        }
    }

    fn begin(&mut self, job: &GenerationJob) {
        let (shape, include_usage) = (job.shape, job.include_usage);
        let events = EventWriter { head: job.head.clone(), shape, include_usage };
        let choices = 0..job.answers();
        if job.stream {
            for choice in choices.clone() {
                self.outbox.send(Kind::Bytes, job.request, &events.role(choice));
            }
        }
        let running = Running {
            events,
            stream: job.stream,
            prompt_tokens: job.prompt_tokens(),
            completion_tokens: 0,
            choices: choices.map(|_| (String::new(), None)).collect(),
        };
        self.running.insert(job.request, running);
    }

    /// Frees what a request holds.
    fn forget(&mut self, request: u64) {
        self.waiting.retain(|waiting| waiting.job.request != request);
        self.aside.forget(request);
        self.running.remove(&request);
        for sequence in 0..self.slots.len() {
            if let Some(slot) = self.slots.get_mut(sequence)
                && slot.as_ref().is_some_and(|slot| slot.request == request)
            {
                *slot = None;
                self.clear(sequence);
            }
        }
    }

    fn clear(&mut self, sequence: usize) {
        let sequence = u32::try_from(sequence).unwrap_or(u32::MAX);
        if self.context.clear_kv_cache_seq(Some(sequence), None, None).is_err() {
            tracing::error!(sequence, "a sequence could not be cleared");
        }
    }

    /// One token for each running choice, and a piece of the prompts that are being read.
    fn step(&mut self) {
        if self.running.is_empty() {
            return;
        }
        let begun = Instant::now();
        let Ok(reads_prompts) = self.fill_batch() else {
            return self.fail("its batch is too small");
        };
        if let Err(error) = self.context.decode(&mut self.batch) {
            tracing::error!(%error, "llama.cpp could not compute a batch");
            return self.fail("llama.cpp could not compute it");
        }
        if reads_prompts {
            self.adapt(begun.elapsed());
        }
        for sequence in 0..self.slots.len() {
            let Some(Some(slot)) = self.slots.get_mut(sequence) else { continue };
            if let Some(step) = slot.choose(&self.context, self.model) {
                let (request, choice) = (slot.request, slot.choice);
                if step.finish.is_some()
                    && let Some(place) = self.slots.get_mut(sequence)
                {
                    *place = None;
                    self.clear(sequence);
                }
                self.tell(request, choice, &step);
            }
        }
    }

    /// Says whether a piece of a prompt is in the batch.
    fn fill_batch(&mut self) -> Result<bool, llama_cpp_2::llama_batch::BatchAddError> {
        self.batch.clear();
        for (sequence, slot) in (0..).zip(&mut self.slots) {
            if let Some(slot) = slot {
                slot.feed_chosen(&mut self.batch, sequence)?;
            }
        }
        let room = PROMPT_STEP - usize::try_from(self.batch.n_tokens()).unwrap_or(PROMPT_STEP);
        let alone = self.slots.iter().flatten().count() == 1;
        let mut budget = room.min(if alone { LONE_STEP } else { self.prompt_step });
        let is_reader = |slot: &&Slot| slot.reads_prompt();
        let mut readers = self.slots.iter().flatten().filter(is_reader).count();
        let reads_prompts = readers > 0;
        // Equal shares: a short prompt does not wait for a long one before it.
        for (sequence, slot) in (0..).zip(&mut self.slots) {
            if let Some(slot) = slot
                && slot.reads_prompt()
            {
                let share = budget.div_ceil(readers);
                budget -= slot.feed_prompt(&mut self.batch, sequence, share)?;
                readers -= 1;
            }
        }
        Ok(reads_prompts)
    }

    /// Keeps a step near its time: short pieces of prompts on a slow or busy machine, long ones on a
    /// fast one. Halfway to the new estimate, so that one slow step does not decide.
    fn adapt(&mut self, took: Duration) {
        let tokens = usize::try_from(self.batch.n_tokens()).unwrap_or(1).max(1);
        let affordable =
            STEP_TIME.as_micros().saturating_mul(tokens as u128) / took.as_micros().max(1);
        let affordable = usize::try_from(affordable).unwrap_or(PROMPT_STEP).min(PROMPT_STEP);
        self.prompt_step = usize::midpoint(self.prompt_step, affordable).max(8);
    }

    /// Passes on what a choice gave, and ends the request with its last choice.
    fn tell(&mut self, request: u64, choice: u32, step: &Step) {
        let Some(running) = self.running.get_mut(&request) else { return };
        running.completion_tokens += 1;
        if let Some((text, finish)) = running.choices.get_mut(choice as usize) {
            *finish = step.finish;
            if !running.stream {
                text.push_str(&step.text);
            }
        }
        if running.stream {
            if !step.text.is_empty() {
                let event = running.events.content(choice, &step.text);
                self.outbox.send(Kind::Bytes, request, &event);
            }
            if let Some(finish) = step.finish {
                self.outbox.send(Kind::Bytes, request, &running.events.finish(choice, finish));
            }
        }
        if running.choices.iter().all(|(_, finish)| finish.is_some())
            && let Some(running) = self.running.remove(&request)
        {
            let usage = TokenUsage::chat(running.prompt_tokens, running.completion_tokens);
            let last =
                if running.stream { running.events.end(usage) } else { running.whole(usage) };
            self.outbox.send(Kind::Bytes, request, &last);
            self.outbox.send(Kind::End, request, &[]);
        }
    }

    /// Gives up all running requests after a fault, and begins with an empty context.
    fn fail(&mut self, reason: &str) {
        for request in self.running.keys() {
            self.outbox.send(Kind::NotReady, *request, reason.as_bytes());
        }
        self.running.clear();
        // A request of which a part was lost cannot be answered with the rest.
        self.waiting.retain(|waiting| waiting.placed == 0);
        self.slots.fill_with(|| None);
        self.context.clear_kv_cache();
    }
}
