//! Joins configuration, store, models and gateway.

mod answers;
mod badges;
mod books;
mod catalogue;
mod closed;
mod courses;
mod destinations;
mod folders;
mod front_desk;
mod house;
mod installation;
mod knowledge;
mod library;
mod local;
mod own_files;
mod panic_hook;
mod policies;
mod programme;
mod recourse;
mod register;
mod respondents;
mod school;
mod school_door;
mod searches;
mod shelves;
mod studies;
mod workbench;

pub(crate) use answers::count_answer;
pub(crate) use badges::{badge_signer, random_id, rfc_3339};
pub(crate) use books::report as usage_report;
pub(crate) use catalogue::{Catalogue, Listed, listed_value, published_value, solution_in};
pub(crate) use closed::{access_without_key, closed_gateway, visitor};
pub(crate) use courses::{CourseFolder, course_in, courses};
pub(crate) use destinations::{Ways, build as build_destinations, check as check_destinations};
pub(crate) use front_desk::FrontDesk;
pub(crate) use house::House;
pub(crate) use installation::{FirstKey, Installation, new_key};
pub(crate) use knowledge::{Knowledge, knowledge, knowledge_in};
pub(crate) use library::{Ingested, Library};
pub(crate) use own_files::{CASES, DICTIONARY, OwnFault, OwnFiles, STAFF, hiding_key};
pub(crate) use panic_hook::quiet_panics;
pub(crate) use policies::{
    Policies, check_project_policy, general_policy, names as names_of_destinations, policies,
};
pub(crate) use programme::{Office, PROGRAMME_FILE, read_programme};
pub(crate) use recourse::RecourseDesk;
pub(crate) use register::{
    Untrue, entry_statement, facts as facts_of, published_ids, settle, traffic as traffic_of,
    untrue_entries,
};
pub(crate) use respondents::{Behind, Door, Here, There, systems};
pub(crate) use school::{
    Issued, issue_badge, keep_attempt, progress_of, region_code, regions, revocation_list,
    shown_cases, valid_badges, wrong_words,
};
pub(crate) use studies::{KeptAnswers, built_in_names as built_in_studies, study_named};
pub(crate) use workbench::Classroom;
