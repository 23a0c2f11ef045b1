-- The warehouse's database in the private cluster.
create database tenure;
