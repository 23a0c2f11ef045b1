-- What the metric views add to the rules: intervals of shares, the products of survival curves, research
-- directions, and when a published figure counts as confirmed.

create function fn.wilson_low(n_counted bigint, n_known bigint, z double precision)
returns double precision
language sql
immutable
strict
set search_path = ''
as $$
    select case
        when n_known = 0 then null
        when n_counted = 0 then 0
        else
            (2 * n_counted + z * z - z * sqrt(z * z + 4.0 * n_counted * (n_known - n_counted) / n_known))
            / (2 * (n_known + z * z))
    end
$$;
comment on function fn.wilson_low(bigint, bigint, double precision) is
    'Lower end of the Wilson interval of n_counted among n_known, z standard deviations wide; null when n_known = 0.';

create function fn.wilson_high(n_counted bigint, n_known bigint, z double precision)
returns double precision
language sql
immutable
strict
set search_path = ''
as $$
    select case
        when n_known = 0 then null
        when n_counted = n_known then 1
        else
            (2 * n_counted + z * z + z * sqrt(z * z + 4.0 * n_counted * (n_known - n_counted) / n_known))
            / (2 * (n_known + z * z))
    end
$$;
comment on function fn.wilson_high(bigint, bigint, double precision) is
    'Upper end of the Wilson interval of n_counted among n_known, z standard deviations wide; null when n_known = 0.';

create function fn.share_of(n_counted bigint, n_all bigint)
returns double precision
language sql
immutable
strict
set search_path = ''
as $$
    select case when n_all != 0 then n_counted::double precision / n_all end
$$;
comment on function fn.share_of(bigint, bigint) is 'n_counted / n_all; null when n_all = 0.';

create aggregate fn.product (double precision) (
    sfunc = pg_catalog.float8mul,
    stype = double precision,
    initcond = '1'
);
comment on aggregate fn.product(double precision) is
    'Product. Over a window with an order only: the order of multiplication shows in the last digit.';

insert into core.rule (name, value, unit, why) values
('claim_count_margin', 0.02, 'share',
    'Published counts are of another day: submissions and profiles are added, withdrawn and edited ever since'),
('claim_about_margin', 0.03, 'share or ratio',
    'The study writes about: its shares are rounded to 5 %, half a step and a rounding of ours apart'),
('claim_known_min_share', 0.5, 'share',
    'With fewer than half known, the unknown decide: such a figure neither confirms nor refutes');

-- Research directions -----------------------------------------------------------------------------------------------

create table core.direction (
    direction_key text not null,
    direction_name text not null,
    direction_name_zh text not null,
    constraint direction_pkey primary key (direction_key)
);
select fn.reference('core.direction');
comment on table core.direction is 'One row per research direction.';
comment on column core.direction.direction_key is 'Key.';
comment on column core.direction.direction_name is 'English name.';
comment on column core.direction.direction_name_zh is 'Chinese name.';

insert into core.direction (direction_key, direction_name, direction_name_zh) values
('nlp', 'Language', '自然语言'),
('vision', 'Vision', '视觉'),
('speech', 'Speech and audio', '语音与音频'),
('multimodal', 'Multimodal', '多模态'),
('reinforcement_learning', 'Reinforcement learning', '强化学习'),
('recommendation_search', 'Recommendation and search', '推荐与搜索'),
('graph', 'Graphs', '图学习'),
('theory_optimisation', 'Theory and optimisation', '理论与优化'),
('systems', 'Systems and efficiency', '系统与效率'),
('robotics', 'Robotics', '机器人'),
('ai_for_science', 'AI for science', '科学智能'),
('safety', 'Safety', '安全'),
('other', 'Other', '其他');

create table core.direction_rule (
    rule_order integer not null,
    direction_key text not null,
    subject text not null,
    pattern text not null,
    version integer not null,
    why text not null,
    constraint direction_rule_pkey primary key (rule_order),
    constraint direction_rule_subject_check check (subject in ('topic', 'venue', 'silent')),
    constraint direction_rule_silent_check check ((subject = 'silent') = (direction_key = 'other'))
);
select fn.reference('core.direction_rule');
comment on table core.direction_rule is
    'One row per pattern of a research direction. A paper belongs to every direction with a matching pattern, in '
    'equal parts, and to other where there is none.';
comment on column core.direction_rule.rule_order is 'Number of the rule; the order decides nothing.';
comment on column core.direction_rule.direction_key is 'Direction; other for silent patterns.';
comment on column core.direction_rule.subject is
    'topic: title, keywords and primary area; venue: key of the venue; silent: words taken out of the topic first.';
comment on column core.direction_rule.pattern is
    'Regular expression over the text in lower case with blanks for hyphens, underscores and slashes.';
comment on column core.direction_rule.version is 'Version of the rule set in which the row last changed.';
comment on column core.direction_rule.why is 'Why the pattern means the direction.';

insert into core.direction_rule (rule_order, direction_key, subject, pattern, version, why) values
(1, 'other', 'silent', 'computer vision,? audio,? language,? and other modalities', 1,
    'An area of ICLR''s list that every application fits: it names three directions and means none'),
(2, 'other', 'silent', '\m(language|vision) (of|for) (mathematics|science)\M', 1,
    'A figure of speech'),
(100, 'nlp', 'topic', '\m(nlp|llms?|natural language|language model\w*|language understanding|large language)\M', 1,
    'The field''s own names'),
(101, 'nlp', 'topic',
    '\m(machine translation|question answering|text generation|summari[sz]ation|dialogue?s?|named entity|word embeddings?|text classification|in context learning|chain of thought|prompting|instruction tuning|retrieval augmented generation)\M',
    1, 'Tasks and methods of language alone'),
(110, 'vision', 'topic', '\m(computer vision|vision transformers?|images?|videos?|visual|vision)\M', 1,
    'The field''s own names'),
(111, 'vision', 'topic',
    '\m(object detection|semantic segmentation|segmentation|point clouds?|depth estimation|pose estimation|optical flow|nerf|gaussian splatting|face recognition|super resolution|3d reconstruction)\M',
    1, 'Tasks of vision alone'),
(120, 'speech', 'topic',
    '\m(speech|audio|speaker|asr|text to speech|tts|voice|music|acoustic\w*|sound)\M', 1,
    'Names of the signal'),
(130, 'multimodal', 'topic',
    '\m(multi ?modal\w*|vision language|cross modal|visual question answering|vqa|text to (image|video)|image captioning|vlms?|mllms?|audio visual)\M',
    1, 'Two signals in one name'),
(140, 'reinforcement_learning', 'topic',
    '\m(reinforcement learning|rl|rlhf|policy gradients?|q learning|bandits?|markov decision|imitation learning|multi agent|actor critic|offline rl|reward (model\w*|shaping))\M',
    1, 'The field''s own names and methods'),
(150, 'recommendation_search', 'topic',
    '\m(recommend\w*|collaborative filtering|information retrieval|web search|search engines?|click through|ctr prediction|learning to rank|ranking|advertis\w*|e ?commerce)\M',
    1, 'Tasks of search and recommendation'),
(160, 'graph', 'topic',
    '\m(graphs?|gnns?|node classification|link prediction|network embedding|message passing|knowledge graphs?|geometric deep learning)\M',
    1, 'The structure''s own names'),
(170, 'theory_optimisation', 'topic',
    '\m(learning theory|theory|theoretical|generali[sz]ation bounds?|sample complexity|convergence|convex|non ?convex|stochastic gradient|optimi[sz]ation|regret|minimax|optimal transport|kernel methods?|statistical learning|causal inference|bayesian)\M',
    1, 'Questions answered by proofs'),
(180, 'systems', 'topic',
    '\m(distributed training|federated learning|quanti[sz]ation|pruning|model compression|compression|hardware|accelerat\w+ inference|inference efficiency|efficient inference|infrastructure|software libraries|gpus?|compilers?|knowledge distillation|mixture of experts|kv cache|serving|parallelism)\M',
    1, 'How models run, not what they say'),
(190, 'robotics', 'topic',
    '\m(robot\w*|manipulation|autonomous (driving|vehicles?)|embodied|locomotion|grasping|slam|motion planning|navigation|sim to real|self driving)\M',
    1, 'Machines that move'),
(200, 'ai_for_science', 'topic',
    '\m(proteins?|molecul\w+|drug\w*|chemi\w+|physics|physical sciences|biolog\w+|genom\w+|materials?|weather|climate|medical|medicine|clinical|healthcare|neuroscience|cognitive science|partial differential|pdes?|astronom\w+)\M',
    1, 'Names of other sciences'),
(210, 'safety', 'topic',
    '\m(safety|alignment|fairness|privacy|differentially private|adversarial (attacks?|robustness|examples?)|backdoor\w*|jailbreak\w*|red teaming|toxicity|hallucinations?|interpretab\w+|explainab\w+|watermark\w*|unlearning|societal)\M',
    1, 'What may go wrong'),
(300, 'nlp', 'venue', '\m(acl|emnlp|naacl|eacl|aacl|colm|conll|arr)\M', 1, 'Venues of language alone'),
(310, 'vision', 'venue', '\m(cvpr|iccv|eccv|wacv|bmvc|accv)\M', 1, 'Venues of vision alone'),
(320, 'speech', 'venue', '\m(interspeech|icassp|ismir)\M', 1, 'Venues of speech and audio alone'),
(330, 'reinforcement_learning', 'venue', '\m(rlc|ewrl)\M', 1, 'Venues of reinforcement learning alone'),
(340, 'recommendation_search', 'venue', '\m(sigir|recsys|wsdm|cikm)\M', 1, 'Venues of search and recommendation'),
(350, 'graph', 'venue', '\m(logconference|log conference|learning on graphs)\M', 1, 'The venue of graphs alone'),
(360, 'theory_optimisation', 'venue', '\m(colt|alt|aistats)\M', 1, 'Venues of theory and statistics'),
(370, 'systems', 'venue', '\m(mlsys)\M', 1, 'The venue of systems alone'),
(380, 'robotics', 'venue', '\m(corl|icra|iros|rss|roboticsfoundation)\M', 1, 'Venues of robotics alone'),
(390, 'ai_for_science', 'venue', '\m(midl|miccai|ai4science)\M', 1, 'Venues of other sciences');
